"""Data restricted instead of erased.

- `restricting`: a person restricted, shown to the holder of the evidence alone, and freed again
"""
