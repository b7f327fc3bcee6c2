"""Deliver, page, escalate, seal: RQ's job and the sweep that needs no bell."""
