"""Chinese text as numbers: symbols, hashed character n-grams, selected columns."""
