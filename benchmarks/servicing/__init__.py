"""A year of services for the public through the real use cases, with simulated staff."""
