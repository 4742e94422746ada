"""Vectors as codes and columns: rotated, quantised, trained, merged."""
