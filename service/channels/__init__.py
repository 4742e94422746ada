"""Messages that leave the service.

- `addresses`: addresses of the public internet, told from those that may lead into a private
  network
- `webhook_sender`: messages over HTTPS to addresses that are checked before anything is sent
"""
