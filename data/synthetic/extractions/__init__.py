"""Simulated extractions: minutiae of drawn fingers with the faults of extractors, without images.

They are made by the thousand, where drawing and reading images would take days, and vectors are
fitted on them. They are never a measure of accuracy: only real prints can give that.
"""
