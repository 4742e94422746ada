"""Requests about a person: their states, proofs, answers and certificates."""
