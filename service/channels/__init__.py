"""Messages that leave the service."""
