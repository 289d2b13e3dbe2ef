"""Notices: the contacts, the channels (apprise), and the sender that tells officials what they must know."""
