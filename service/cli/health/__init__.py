"""Commands that report faults and their remedies."""
