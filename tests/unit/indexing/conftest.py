"""Indexes that are opened quickly, as hundreds of tests want them."""

from __future__ import annotations

from functools import cache

from indexing import rotation

# Nearly every test here has the same key, and a matrix takes ten milliseconds.
rotation.orthonormal_matrix = cache(rotation.orthonormal_matrix)
