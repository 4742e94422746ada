"""The log: events, tree, checkpoints, and the state to which it commits."""
