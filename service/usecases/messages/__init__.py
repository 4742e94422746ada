"""Messages to the systems of forces.

- `deliveries`: messages carried to the systems of forces: signed, in turns, tried again, kept at
  the end
- `queueing`: messages by webhook, read from the log, so that each tells of a committed event
- `webhooks`: endpoints of a force, their signing secrets, and undeliverable messages
"""
