"""Candidate search. It takes vectors and returns candidates, and knows nothing about people. No
other package imports FAISS.
"""
