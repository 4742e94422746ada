"""The template formats, one module each: a declaration `FORMAT`, and the functions it needs.

- `minutiae_192`: vectors of 192 values made of the minutiae of images
- `synthetic_192`: synthetic vectors of 192 values
"""
