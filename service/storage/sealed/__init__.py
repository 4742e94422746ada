"""Payloads with personal data: sealed, numbered and erasable."""
