"""Candidate search: takes vectors, returns candidates, knows no people. Only it imports FAISS.

`gallery_index` is what the service uses. Below it: `searching`, `files` (the index on disk) and
`codes` (vectors as codes and columns); `parts` divides a gallery among processes.
"""
