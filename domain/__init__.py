"""The vocabulary of identlink: plain frozen values, no framework, no I/O but its own tables."""
