"""Accounts, sessions, tokens and clients."""
