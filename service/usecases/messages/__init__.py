"""Messages (webhooks) to the systems of forces."""
