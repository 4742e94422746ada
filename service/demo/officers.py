"""Case officers of the demo: two, because two people decide, and a request in their hands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from domain.access import Purpose, Role
from domain.ids import ForceCode, UserId
from service.cli.context import CONSOLE
from service.demo.calls import ApiCaller
from service.demo.stage import Stage
from service.usecases.access.tokens import IssueToken, issue_token

OFFICE = ForceCode("89")
_OFFICERS = ("case-officer:one", "case-officer:two")


@dataclass(frozen=True, slots=True)
class Work:
    """One request in the hands of a case officer."""

    officer: ApiCaller
    request_id: str

    @property
    def path(self) -> str:
        """The address of the request."""
        return f"/v1/requests/{self.request_id}"

    def read(self) -> Any:
        """Return the request as it stands now."""
        return self.officer.get(self.path)

    def post(self, path: str, **body: Any) -> Any:
        """Take a step on the request as it stands now."""
        expected = self.read()["version"]
        return self.officer.post(f"{self.path}/{path}", {**body, "expected_version": expected})


@contextmanager
def two_officers(stage: Stage) -> Iterator[tuple[ApiCaller, ApiCaller]]:
    """Open a connection for each of two case officers, and close both after."""
    first, second = (_officer(stage, name) for name in _OFFICERS)
    try:
        yield first, second
    finally:
        first.client.close()
        second.client.close()


def _officer(stage: Stage, name: str) -> ApiCaller:
    command = IssueToken(
        CONSOLE,
        UserId(name),
        Role.CASE_OFFICER,
        OFFICE,
        valid_for=timedelta(days=1),
        may_decide=True,
    )
    secret = issue_token(stage.runtime.services, command).secret
    return ApiCaller.connect(stage.address, secret, Purpose.INTERNATIONAL_EXCHANGE)
