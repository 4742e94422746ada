"""Messages to the systems of forces.

- `deliveries`: messages carried to the forces' systems: signed, in turns, tried again, kept when
  not taken
- `queueing`: what forces are told by webhook, read from the log: nothing is told that was not
  committed
- `turns`: whose message is next: forces take turns, and within a force its endpoints do
- `webhooks`: endpoints at which a force is told, the secrets they verify with, and messages
  nobody took
"""
