"""Synthetic people, bookings and templates: nobody in here exists."""
