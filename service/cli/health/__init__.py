"""Questions at the console: faults and their remedies.

- `checks`: one check: a name, a verdict, and the remedy
- `doctor`: `identlink doctor`: parts installed, missing or set wrongly
- `status`: `identlink status`: how a store is, on one screen
"""
