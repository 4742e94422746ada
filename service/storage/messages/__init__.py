"""Webhook endpoints and the durable jobs that serve them."""
