"""Searches, batches, names enquiries, and evidence."""

from service.api.searches import answers, batches, enquiries, searches

ROUTERS = (searches.router, answers.router, batches.router, enquiries.router)
