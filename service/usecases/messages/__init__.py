"""Messages to the systems of forces.

- `deliveries`: messages carried to the forces' systems: signed, tried again, kept when
  undeliverable
- `queueing`: messages by webhook, read from the log, so that each tells of a committed event
- `webhooks`: endpoints of a force, their signing secrets, and undeliverable messages
"""
