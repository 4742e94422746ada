"""Searches, batches, names enquiries, and evidence."""

from service.api.searches import batches, searches

ROUTERS = (searches.router, searches.answers, batches.router, searches.enquiries)
