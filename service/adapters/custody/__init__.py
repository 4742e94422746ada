"""The custody of keys, filled: nothing else in the service reads a byte of a key."""
