"""Requests about a person: decided, and answered on record."""
