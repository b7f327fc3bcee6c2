"""Tables, transactions, sealing, the outbox and the bell."""
