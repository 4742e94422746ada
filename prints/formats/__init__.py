"""The template formats, one module each: a declaration `FORMAT`, and the functions it needs."""
