"""The use cases of identlink: one function and one transaction each, no web framework."""
