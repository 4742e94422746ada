"""What the OpenAPI document says of an answer: its status and its headers, call by call."""

from __future__ import annotations

import re
from typing import Any

from fastapi.testclient import TestClient
from httpx2 import Response
from starlette.routing import compile_path

OF_EVERY_ANSWER = {
    *("content-type", "content-length", "content-disposition", "content-encoding"),
    *("allow", "vary"),
    *("cache-control", "x-content-type-options", "referrer-policy", "content-security-policy"),
    *("cross-origin-resource-policy", "strict-transport-security"),
}
"""Headers of HTTP itself and of browsers: they say nothing of a call."""

Operations = list[tuple[re.Pattern[str], dict[str, Any]]]
_BY_METHOD: dict[str, Operations] = {}
"""Every application has the same document: it is made once."""


def check_headers(client: TestClient, answer: Response) -> Response:
    """Return an answer of the API; fails for a status or a header that is not declared."""
    declared = _declared(client, answer)
    if declared is not None:
        sent = {name.lower() for name in answer.headers} - OF_EVERY_ANSWER
        told = {name.lower() for name in declared.get("headers", {})}
        assert sent <= told, (answer.request.method, answer.url.path, answer.status_code, sent)
        if answer.status_code < 300:
            assert told <= sent, (answer.request.method, answer.url.path, told)
    return answer


def _declared(client: TestClient, answer: Response) -> dict[str, Any] | None:
    """Return what the document says of this answer; None for a call that it does not name."""
    if not _BY_METHOD:
        for path, methods in client.app.openapi()["paths"].items():  # type: ignore[attr-defined] # of FastAPI
            pattern, _, _ = compile_path(path)
            for method, operation in methods.items():
                _BY_METHOD.setdefault(method.upper(), []).append((pattern, operation))
    method, path = answer.request.method, answer.url.path
    for pattern, operation in _BY_METHOD.get(method, ()):
        if pattern.fullmatch(path):
            called = (method, path, answer.status_code)
            assert str(answer.status_code) in operation["responses"], called
            found: dict[str, Any] = operation["responses"][str(answer.status_code)]
            return found
    return None
