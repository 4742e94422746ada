"""Agencies, and matters: what any source reports about a person."""
