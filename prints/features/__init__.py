"""Features of prints, computed only from minutiae: descriptions, a matcher, a vector. Needs only
NumPy.

Public names: `tools.feature_tools`, `describing.describe`, `matching.match`, `vectors.vector`,
`vector_model.shipped_model`.
"""
