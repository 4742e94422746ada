"""Models of evidence that were chosen, and the watch on their law."""
