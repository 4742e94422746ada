"""Readers of print files. They run in the child process of `isolation`."""
