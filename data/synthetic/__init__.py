"""Synthetic people, bookings and templates: no real person appears.

`population.Population` is the entry point. `python -m data.synthetic generate | check`.
"""
