"""The work of identlink: one function a use case, one transaction each, no framework."""
