"""Telegram: the senders' bot and the staff bot, polled or fed by webhooks."""
