"""The commands, grouped as `hotline --help` shows them."""
