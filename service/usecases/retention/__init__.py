"""Retention: purging data by plan once no rule keeps it, and reviews in unclear cases."""
