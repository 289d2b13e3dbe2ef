"""系统性 systemic risk: who would fall with whom. A graph of relations and troubles, and what is found in it."""
