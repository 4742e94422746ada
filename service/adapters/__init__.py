"""Adapters: the ports to the outside world (identity provider, keys, models, pictures)."""
