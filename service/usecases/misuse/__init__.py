"""Detecting misuse of searches, and showing it to auditors."""
