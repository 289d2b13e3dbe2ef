"""The local Apache Kafka, its topics, and the clients that speak to it or to a city's own cluster."""
