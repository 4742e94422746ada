"""Features of prints, only from minutiae: descriptions, a matcher, a vector. NumPy only.

Public names: `tools.feature_tools`, `describing.describe`, `matching.match`, `vectors.vector`,
`vector_model.shipped_model`.
"""
