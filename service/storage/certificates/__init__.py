"""Certificates, written once; their validity is read from the rows on which they rely."""
