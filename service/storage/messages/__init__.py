"""Webhook endpoints, and the durable jobs that send their messages and run batches."""
