"""Retention: people read for a plan, plans, an independent recount, and decisions of reviews."""
