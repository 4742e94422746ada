"""The statement of state: every row that must have an event, by subject.

Most rows are declared with their event in `domain.events`. The queries here name rows that take
more than one table to tell, or that are compared with a digest.
"""
