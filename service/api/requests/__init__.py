"""Requests about people: received, worked on, decided, and the disclosures that followed."""

from service.api.requests import disputes, own_answers, request_steps, requests

ROUTERS = (requests.router, request_steps.router, own_answers.router, disputes.router)
