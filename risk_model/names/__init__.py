"""Names of enterprises and projects: read into parts, compared part by part, with a strength and its evidence in words."""
