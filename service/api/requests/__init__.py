"""Requests about people: received, worked on, decided, and the disclosures that followed."""

from service.api.requests import disputes, request_steps, requests

ROUTERS = (requests.router, request_steps.router, request_steps.own_answer_router, disputes.router)
