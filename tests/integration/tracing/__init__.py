"""Traces of the served application and of a worker."""
