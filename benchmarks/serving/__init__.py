"""Parts of `service` and `served`."""
