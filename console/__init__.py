"""The desk in the browser: sign in, see the queue, read a ticket, claim it, write back."""

from console.app import Console, create_app

__all__ = ["Console", "create_app"]
