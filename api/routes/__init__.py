"""Routes, one module a resource: they only decode, ask the store, and show."""
