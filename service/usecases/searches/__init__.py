"""Searches: submitted, looked up, weighed, stored, in batches and by name."""
