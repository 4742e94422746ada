"""Generators of data; production code never imports them."""
