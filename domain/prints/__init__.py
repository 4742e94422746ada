"""Prints: templates, captures, minutiae, and the features that people mark."""
