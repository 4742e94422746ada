"""Questions at the console: faults and their remedies."""
