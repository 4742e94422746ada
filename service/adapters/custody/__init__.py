"""Custody of keys: no other code in the service reads the bytes of a key."""
