"""Faust workers: a thin shell that decodes, calls the domain, persists and publishes."""
