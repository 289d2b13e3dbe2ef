"""Alerts: raised, routed, handled, overdue, and how often they were right."""
