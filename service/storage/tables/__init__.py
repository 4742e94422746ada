"""The schema, with one file for each subject.

Every table states with `protected(...)` how its rows may change, and `append_only` turns that into
triggers.
"""
