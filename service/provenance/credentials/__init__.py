"""Certificates that verify by themselves: signed credentials, and documents that carry them."""
