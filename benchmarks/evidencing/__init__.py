"""The quality of evidence: the parts of `evidence`, `rehearsals` and `names`."""
