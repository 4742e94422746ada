"""Messages that leave the service.

- `webhook_sender`: messages over HTTPS to addresses that are checked before anything is sent
"""
