"""Features of prints, only from minutiae: descriptions, a matcher, a vector. NumPy only.

Public names: `tools.feature_tools`, `describing.describe`, `matching.match`, `vectors.vector`,
`vector_model.shipped_model`.

- `describing`: minutiae and the neighbourhood of each, as a matcher and a vector need them
- `fitting`: fits the model of vectors on descriptions of fingers, each seen several times
- `matching`: compares two descriptions: a score that explains itself
- `mixture`: a mixture of normal distributions: the codebook of neighbourhoods
- `pairing`: minutiae that fall on each other under a placement
- `parameters`: every constant, with its unit and the reason for it
- `placing`: placements of one print on another, proposed by pairs of alike neighbourhoods
- `tools`: the tools of a template format that keeps minutiae
- `vector_model`: the fitted model of vectors: arrays in one npz file
- `vectors`: the vector of a print: a Fisher vector, seen by a discriminant map
- `voting`: how many minutiae of two prints vote for one and the same placement
"""
