"""Provenance that an outsider can verify: no database and no framework."""
