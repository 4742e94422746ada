"""Parts of the benchmark of a year of exchange.

- `many`: convictions by the million, for the reconciliation
- `offices`: two installations, and the way between them with its accidents
"""
