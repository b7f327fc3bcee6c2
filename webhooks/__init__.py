"""Doors for providers: verify, parse, hand to the desk, answer."""
