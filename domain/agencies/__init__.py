"""Agencies, and the matters that any source tells about a person."""
