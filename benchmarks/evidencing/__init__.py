"""The quality of evidence: parts of the benchmarks `evidence`, `rehearsals` and `names`."""
