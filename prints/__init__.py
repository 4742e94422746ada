"""The engine for prints: how each template format is kept, compared and recognised again.

- `features`: features of prints, only from minutiae: descriptions, a matcher, a vector
- `formats`: one module for each template format
- `minutiae`: records of minutiae
- `print_format`: the declaration of a template format
- `registry`: the template formats there are
- `vectors`: the parts of such a format
"""
