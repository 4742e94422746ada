"""Messages to the systems of forces.

- `deliveries`: messages carried to the forces' systems: signed, tried again, kept when nobody
  takes them
- `queueing`: what forces are told by webhook, read from the log: nothing is told that was not
  committed
- `webhooks`: endpoints at which a force is told, the secrets they verify with, and messages
  nobody took
"""
