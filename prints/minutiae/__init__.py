"""Records of minutiae."""
