"""Misuse of searches, recognised and shown to auditors.

- `findings`: what an auditor is shown: findings, and how people look things up compared with
  each other
- `staff`: prints of staff: enrolled apart, never a candidate, and compared with what is searched
- `watching`: searches looked at once more, after they were answered: staff prints, and one's own
  name
"""
