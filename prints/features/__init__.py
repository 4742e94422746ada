"""Features of prints, only from minutiae and with NumPy: descriptions, a matcher, a vector.

Public names: `tools.feature_tools`, `describing.describe`, `matching.match`, `vectors.vector`,
`vector_model.shipped_model`.
"""
