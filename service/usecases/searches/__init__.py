"""Searches: submitted, looked up, weighed and stored; batches; and names enquiries."""
