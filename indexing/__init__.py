"""Candidate search: vectors in, candidates out; knows no person. Only here is FAISS imported."""
