"""HTTP interface: reports in; alerts, matters, plans, counts and a live stream out. FastAPI stays in this package."""
