"""Messages that leave the service.

- `webhook_sender`: messages over HTTPS to addresses that were looked at before anything was sent
  to them
"""
