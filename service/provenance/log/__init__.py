"""The Merkle tree of the log and the notes that sign it."""
