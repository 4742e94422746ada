"""The log: events, tree, checkpoints, and the state that it must tell."""
