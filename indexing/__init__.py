"""Candidate search: takes vectors, returns candidates, knows no people. Only it imports FAISS."""
