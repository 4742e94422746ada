"""Persons, records, captures, and the feed of gallery changes."""
