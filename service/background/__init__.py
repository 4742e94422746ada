"""Threads that keep a serving process in order."""
