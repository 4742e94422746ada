"""Adapters: implementations of the ports to the outside world."""
