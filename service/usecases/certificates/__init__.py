"""Certificates for people: issued after a release by two people, open to check, and revoked."""
