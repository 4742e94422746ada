"""Retention over HTTP: plans of a purge, and reviews."""
