"""The joint conference (联席会议): its agenda, what it decides, its minutes. Pure."""
