"""Webhook endpoints and the durable jobs that serve them.

- `jobs`: jobs on a database: leased under row locks that nobody waits for
- `webhooks`: webhook endpoints on a database
"""
