"""Searches: probes, candidates, and the evidence for and against them."""
