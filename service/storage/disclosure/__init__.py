"""Data restricted instead of erased, and the deletion of data left by arrests."""
