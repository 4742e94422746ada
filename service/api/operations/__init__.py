"""Health, metrics, and the pages that explain problem types."""

from service.api.operations import operations, problem_pages

ROUTERS = (operations.router, problem_pages.router)
