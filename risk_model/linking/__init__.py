"""Whom an event is about, and which matter it joins."""
