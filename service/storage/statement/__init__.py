"""Statements of state: every row that must have an event, by id.

Most rows are declared with their event in `domain.events`. The queries here cover rows that need
more than one table, or that are compared with a digest.
"""
