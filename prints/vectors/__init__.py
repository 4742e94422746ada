"""Formats whose templates are vectors of fixed length, compared by their cosine."""
