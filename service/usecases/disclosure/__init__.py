"""Data restricted instead of erased, and deletion of data left by arrests."""
