"""Read queries of the store: pure functions from a connection to typed rows, one module for each kind of thing.

Every list is newest first and paged by keyset, so that new rows never move what a reader has yet to see.
"""
