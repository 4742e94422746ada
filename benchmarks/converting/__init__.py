"""Conversion by simulated people: frames with their truth, erring keyers, killed workers."""
