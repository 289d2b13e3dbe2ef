"""Real services for tests and benchmarks: Apache Kafka through infra.kafka.local, PostgreSQL from the system's own binaries."""
