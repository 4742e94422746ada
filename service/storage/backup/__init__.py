"""Backup of the whole database, and its restoration."""
