"""Confirmed links: shown, revoked, disclosed, explained and replayed."""
