"""Faults, on purpose: a running hotline is broken at random but seeded times, and nothing is lost.

`make test` runs the short form, `make faults` the long one (`docs/faults.md`).
"""
