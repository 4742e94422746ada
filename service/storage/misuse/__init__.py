"""Sketches, findings and the prints of staff.

- `abuse`: sketches, findings and staff on a database
"""
