"""Sketches of probes, findings of misuse, and the prints of staff."""
