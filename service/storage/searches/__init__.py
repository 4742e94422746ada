"""Searches, probes, candidates and batches.

- `batches`: batches on a database
- `job_lines`: lines of a batch packed into payloads: sealed, committed to and erased many at a
  time
- `search_bodies`: the payloads of a search: its probe, and the evidence for each candidate
- `searches`: searches, probes and candidates. Where a search stands is read from its case and
  its link
"""
