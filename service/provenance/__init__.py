"""Provenance that an outsider can verify without a database or a framework."""
