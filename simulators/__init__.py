"""Stand-ins of the providers and phones to write with: for `up` and for tests; no door imports it."""
