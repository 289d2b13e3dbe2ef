"""The contract: what courts and departments send, and the records every other package exchanges."""
