"""Sketches, findings and the prints of staff."""
