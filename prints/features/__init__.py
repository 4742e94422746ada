"""Features of prints, from minutiae alone: descriptors, a matcher, a vector. NumPy only.

- `describing`: minutiae and the neighbourhood of each, as a matcher and a vector need them
- `matching`: compares two descriptions: a score that explains itself
- `pairing`: minutiae that fall on each other under a placement
- `parameters`: every constant, with its unit and the reason for it
- `placing`: placements of one print on another, proposed by pairs of alike neighbourhoods
"""
