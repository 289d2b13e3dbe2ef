"""Tests: unit, properties, scenarios, contract, integration (real Kafka and PostgreSQL), e2e."""
