"""Notices (通知): which events are told to whom, in which words, when, and how often it is tried. Pure."""
