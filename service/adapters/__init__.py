"""Adapters: implementations of the ports to the outside world (identity provider, keys, models,
pictures).
"""
