"""Synthetic people, bookings and templates: no real person appears."""
