"""Payloads with personal data: encrypted, numbered and erasable."""
