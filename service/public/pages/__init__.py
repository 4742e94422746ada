"""The pages: one thing on each.

- `documents`: a document of a form, sent or withdrawn
- `downloading`: a document that is available: shown, and saved
- `following`: an application that was sent: its state, a question, its papers, withdrawal
- `questions`: one page of a form
- `sending`: the answers checked, and the form sent
- `starting`: the services offered, a form begun, an application opened and left
"""

from __future__ import annotations

from starlette.routing import Route

from service.public.pages import documents, downloading, following, questions, sending, starting

ROUTES: list[Route] = [
    *starting.ROUTES,
    *questions.ROUTES,
    *documents.ROUTES,
    *sending.ROUTES,
    *following.ROUTES,
    *downloading.ROUTES,
]
