"""Features of prints, made of minutiae only and with NumPy only: descriptions, a matcher, a
vector.

Public names: `tools.feature_tools`, `describing.describe`, `matching.match`, `vectors.vector`,
`vector_model.shipped_model`.
"""
