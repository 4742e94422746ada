"""The models of evidence that were chosen, and the watch on the distribution of their scores."""
