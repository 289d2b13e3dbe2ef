"""Detectors on counts of region × measure × day."""
