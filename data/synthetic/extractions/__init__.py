"""Simulated extractions: minutiae of drawn fingers with the faults of extractors, without images.

Made in thousands where drawing and reading images would take days: vectors are fitted on them.
Never a measure of accuracy, which only real prints give.
"""
