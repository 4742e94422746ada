"""The schema, one file a subject.

Every table says by `protected(...)` how its rows may change, and `append_only` turns that into
triggers.
"""
