"""Certificates for people: issued on a release by two people, checked by anybody, revoked."""
