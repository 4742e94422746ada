"""Questions at the console: is anything wrong, and what mends it?

- `checks`: one check: a name, a verdict, and what to do
- `doctor`: `identlink doctor`: what is installed, what is missing, what is set wrongly
- `status`: `identlink status`: how a store is, on one screen
"""
