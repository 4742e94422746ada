"""The use cases of identlink: one function and one transaction each, without a web framework."""
