"""The export for outsiders and its verification."""
