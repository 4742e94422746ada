"""Messages that leave the service.

- `addresses`: addresses of the public internet, told from those that may lead into a private
  network
- `exchange`: messages to other States, and from them
- `timed_socket`: connections whose reads and writes, however many, all end by one instant
- `webhook_sender`: messages over HTTPS to addresses that are checked before anything is sent
"""
