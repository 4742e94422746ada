"""Searches: a scan of short codes, an exact comparison, and one answer in the end."""
