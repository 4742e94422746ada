"""Conversion by simulated people: frames with known truth, keyers who make errors, workers that
are killed.
"""
