"""The engine for prints: how templates are kept and compared, and the records prints travel in.

- `vectors`: templates that are vectors of fixed length
- `minutiae`: records of minutiae
"""
