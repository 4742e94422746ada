"""The tables of what is restricted, answered and deleted.

- `deletions`: deletions of what arrests left: cases, decisions, reminders, and what was deleted
- `own_answers`: answers to people about their own data, with what was removed
- `restrictions`: restrictions from their beginning to their end, and the people that they hide
"""
