"""The index on disk: segments, generations, what a search sees of them, and their checks."""
