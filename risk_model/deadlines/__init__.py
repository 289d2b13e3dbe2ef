"""期限的记录: deadlines as facts. What starts, stops and ends one, whom to tell when; the counting itself is in ``risk_model.clocks``."""
