"""区域: the same cause in several townships or counties at once, found by scans of the city's counts when a day is closed."""
