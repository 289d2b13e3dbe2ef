"""Adapters and deployment: settings, clock, Kafka, stores, importing, simulation, command line."""
