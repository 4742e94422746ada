"""Servers and workers as processes."""
