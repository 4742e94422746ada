"""Ports to the outside world, filled: identity provider, keys, models, pictures."""
