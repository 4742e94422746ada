"""Ridge patterns: pictures and minutiae of fingers that belong to no real person."""
