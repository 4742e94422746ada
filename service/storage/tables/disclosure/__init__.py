"""The tables of data restricted, answered and deleted.

- `deletions`: deletions of data left by arrests: cases, decisions, reminders, and the deleted data
- `own_answers`: answers to people about their own data, with the removed parts
- `restrictions`: restrictions from their beginning to their end, and the people that they hide
"""
