"""Misuse of searches, recognised and shown to auditors."""
