"""Calls the API as each role does: with one token, one purpose and real HTTP; and the bodies."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx2

from domain.access.access import Purpose, Role
from domain.ids import ForceCode, UserId
from domain.people.people import Details
from domain.plain_values import plain
from domain.searches.searches import Probe, SearchType
from service.api.people.travelling import encode_impression
from service.bootstrap.runtime import Runtime
from service.cli.context import CONSOLE
from service.usecases.access.tokens import IssueToken, issue_token

DEMO_FORCE = ForceCode("13")
"""The code of West Yorkshire."""

TOKEN_DAYS = 7

DEMO_PEOPLE: tuple[tuple[str, Role], ...] = (
    ("force:west-yorkshire", Role.FORCE),
    ("examiner:one", Role.EXAMINER),
    ("examiner:two", Role.EXAMINER),
    ("supervisor:one", Role.SUPERVISOR),
    ("auditor:one", Role.AUDITOR),
    ("administrator:one", Role.ADMINISTRATOR),
)


def issue_demo_tokens(runtime: Runtime) -> dict[str, str]:
    """Issue one short-lived token for each person of the demo; return the secrets by user id."""
    forces = {Role.FORCE: DEMO_FORCE}
    return {
        user_id: secret_of(runtime, user_id, role, forces.get(role), days=TOKEN_DAYS)
        for user_id, role in DEMO_PEOPLE
    }


def secret_of(
    runtime: Runtime, user_id: str, role: Role, force: ForceCode | None, *, days: int = 1
) -> str:
    """Issue a token that may decide, as trials with invented people allow; return its secret."""
    lifetime = timedelta(days=days)
    command = IssueToken(CONSOLE, UserId(user_id), role, force, lifetime, may_decide=True)
    return issue_token(runtime.services, command).secret


@dataclass(frozen=True, slots=True)
class ApiCaller:
    """One person at the API; answers are parsed JSON, refusals httpx2.HTTPStatusError."""

    client: httpx2.Client
    purpose: Purpose

    @classmethod
    def connect(cls, address: str, secret: str, purpose: Purpose) -> ApiCaller:
        """Return a caller with its own connection."""
        headers = {"Authorization": f"Bearer {secret}"}
        return cls(httpx2.Client(base_url=address, headers=headers, timeout=60.0), purpose)

    def with_purpose(self, purpose: Purpose) -> ApiCaller:
        """Return the same caller with another purpose."""
        return ApiCaller(self.client, purpose)

    def get(self, path: str) -> Any:
        """Send GET and return the parsed answer; None for 204."""
        return self._answer(self.client.get(path, headers={"X-Purpose": self.purpose}))

    def post(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """Send POST and return the parsed answer; None for 204."""
        headers = {"X-Purpose": self.purpose}
        return self._answer(self.client.post(path, json=body, headers=headers))

    def post_files(self, path: str, request: dict[str, Any], files: Mapping[str, bytes]) -> Any:
        """Send POST with a form of JSON and files; `files` is keyed by the parts' names."""
        headers = {"X-Purpose": self.purpose}
        parts = {
            name: (name, content, "application/octet-stream") for name, content in files.items()
        }
        fields = {"request": json.dumps(request)}
        return self._answer(self.client.post(path, data=fields, files=parts, headers=headers))

    def get_text(self, path: str) -> str:
        """Send GET and return the answer, which is plain text."""
        response = self.client.get(path, headers={"X-Purpose": self.purpose})
        response.raise_for_status()
        return response.text

    @staticmethod
    def _answer(response: httpx2.Response) -> Any:
        response.raise_for_status()
        return response.json() if response.content else None


def search_body(search_type: SearchType, probe: Probe) -> dict[str, Any]:
    """Return the body of `POST /v1/searches`."""
    return {
        "search_type": search_type.value,
        "impressions": [encode_impression(one) for one in probe.impressions],
        "details": details_body(probe.details),
    }


def details_body(details: Details) -> dict[str, Any]:
    """Return the body of stated details. A statement has at most one nationality."""
    body: dict[str, Any] = plain(details)
    if body.pop("nationalities", ()):
        body["nationality"] = details.nationality
    return body
