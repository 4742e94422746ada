"""Requests about a person: how they are decided and answered, all on record."""
