"""Refusals by the service, as exceptions."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx2


class IdentlinkError(Exception):
    """The base class of all errors of this client."""


class ConnectionFailedError(IdentlinkError):
    """The service could not be reached, or its answer was lost."""


@dataclass(frozen=True, slots=True)
class Fault:
    """The fault of one field."""

    pointer: str
    detail: str


class ProblemError(IdentlinkError):
    """A problem document (RFC 9457). Distinguish problems by `code`, never by their wording."""

    def __init__(self, status: int, document: Mapping[str, Any], retry_after_s: float | None):
        super().__init__(str(document.get("detail") or document.get("title") or status))
        self.status = status
        self.code = str(document.get("type") or document.get("error") or "").rpartition("/")[2]
        self.title = str(document.get("title") or "")
        self.detail = str(document.get("detail") or "")
        self.request_id = str(document.get("instance") or "")
        self.retry_after_s = retry_after_s
        self.faults = tuple(
            Fault(str(one.get("pointer", "")), str(one.get("detail", "")))
            for one in document.get("errors", ())
        )


class NotAuthenticatedProblem(ProblemError):
    """401: the token or the client is unknown, revoked or expired."""


class NotPermittedProblem(ProblemError):
    """403: the role or the scopes do not allow the call."""


class NotFoundProblem(ProblemError):
    """404: the thing does not exist, or the caller may not see it."""


class ConflictProblem(ProblemError):
    """409: the call conflicts with the current state."""


class RateLimitedProblem(ProblemError):
    """429: too many calls or attempts."""


class UnavailableProblem(ProblemError):
    """503: a part of the service is unavailable; nothing has changed."""


_KINDS: dict[int, type[ProblemError]] = {
    401: NotAuthenticatedProblem,
    403: NotPermittedProblem,
    404: NotFoundProblem,
    409: ConflictProblem,
    429: RateLimitedProblem,
    503: UnavailableProblem,
}


def problem_of(answer: httpx2.Response) -> ProblemError:
    """Return the problem in an answer that is not successful."""
    try:
        document = answer.json()
    except ValueError:
        document = {}
    kind = _KINDS.get(answer.status_code, ProblemError)
    told = document if isinstance(document, dict) else {}
    return kind(answer.status_code, told, retry_after_s(answer))


def retry_after_s(answer: httpx2.Response) -> float | None:
    """Return the seconds that an answer asks to wait; None if it does not ask."""
    told = answer.headers.get("Retry-After", "")
    return float(told) if told.isascii() and told.isdigit() else None
