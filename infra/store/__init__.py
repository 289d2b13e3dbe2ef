"""The event store (the truth after intake) and its read models, on SQLite or PostgreSQL."""
