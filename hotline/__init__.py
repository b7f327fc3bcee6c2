"""The `hotline` command: settings, clock, logs, and the supervisor that starts the doors."""
