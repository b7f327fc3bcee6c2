"""Stand-ins of the providers, and phones to write with: for `up` and tests, never for a door."""
