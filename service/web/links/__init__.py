"""Pages of confirmed links.

- `links`: links: the newest, one with its chain of provenance, and un-linking
"""
