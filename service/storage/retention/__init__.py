"""Retention: people read for a plan, plans, an independent count, and decisions of reviews."""
