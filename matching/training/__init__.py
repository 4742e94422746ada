"""Fit the model, offline and deterministically: the same people give the same digest."""
