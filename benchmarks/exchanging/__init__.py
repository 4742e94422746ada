"""Parts of the benchmark of a year of exchange.

- `many`: convictions by the million, for the reconciliation
- `offices`: one installation: its store, its key, its day's work
- `wire`: the way between the two, with its accidents
- `year`: a year, day by day
"""
