"""Searches, probes, candidates and batches."""
