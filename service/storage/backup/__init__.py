"""Backup of the whole database, and restoring it."""
