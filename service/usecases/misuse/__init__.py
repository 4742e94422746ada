"""Misuse of searches, recognised and shown to auditors.

- `findings`: the auditor's view of misuse: findings, and patterns of access compared between
  people
- `staff`: prints of staff: enrolled apart, never a candidate, and compared with later searches
- `watching`: searches looked at once more, after they were answered: staff prints, and one's own
  name
"""
