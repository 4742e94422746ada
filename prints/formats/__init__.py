"""The template formats, one module each: a declaration `FORMAT`, and the functions it needs.

- `synthetic_192`: synthetic vectors of 192 values
"""
