"""Requests about people: received, worked, decided, and the disclosures that followed.

- `disclosures`: recipients' acknowledgements of answers and of notices, and those that are missing
- `own_answers`: answers to people about their own data: prepared, read, handed out
- `request_steps`: the steps of case officers on a request
- `request_steps_schemas`: steps of a request, as they are sent, and their answers
- `requests`: case officers open requests, list them by due day and read them
"""

from __future__ import annotations

from service.api.requests import disclosures, own_answers, request_steps, requests

ROUTERS = (requests.router, request_steps.router, own_answers.router, disclosures.router)
