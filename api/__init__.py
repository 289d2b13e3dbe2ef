"""The HTTP interface: queries over the read models, intake into Kafka, server-sent events."""
