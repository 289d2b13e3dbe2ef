"""Dispatch: what becomes of an alert after it was raised. Grouped, absorbed, silenced, held within a budget, told to its owner; pure."""
