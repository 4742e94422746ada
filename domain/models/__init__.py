"""Models of evidence in use: which one was chosen."""
