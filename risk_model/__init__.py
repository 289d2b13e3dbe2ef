"""The judgement: pure functions from state and message to events. No I/O, no clock, no framework."""
