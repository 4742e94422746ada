"""Calls from the OpenAPI document, sent with ids filled in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from httpx2 import Response

from domain.access.access import Scope
from tests.integration.api.driver import World
from tests.integration.tenancy.bodies import IN_A_RECORD, content_of


@dataclass(frozen=True, slots=True)
class Call:
    """One operation of the document."""

    operation: str
    """`METHOD /path`; a case on the gallery is a `gallery_case_id`, though the document has both
    kinds of case under one name."""
    scope: Scope | None
    """None for a call that is made without a token."""
    media_type: str | None
    """The body's media type; None for a call without a body."""
    schema: dict[str, Any]
    """The body's schema."""
    statuses: frozenset[int]
    """The documented answers."""

    @property
    def is_list(self) -> bool:
        """Whether the call reads and has no id in its address."""
        return self.operation.startswith("GET ") and "{" not in self.operation

    def request(self, ids: Mapping[str, str]) -> tuple[str, str, bytes]:
        """Return method, path and body."""
        ids = {**IN_A_RECORD, **ids}
        method, _, path = self.operation.partition(" ")
        places = {"index": "0", "number": "1", "purpose": "revocation", **ids}
        path = re.sub(r"\{(\w+)\}", lambda found: places[found[1]], path)
        return method, path, content_of(self.operation, ids) if self.media_type else b""

    def send(self, world: World, headers: Mapping[str, str], ids: Mapping[str, str]) -> Response:
        """Send the call, without a token if it needs none."""
        method, path, content = self.request(ids)
        named = {"Content-Type": self.media_type} if self.media_type else {}
        signed = headers if self.scope is not None else {}
        return world.client.request(method, path, content=content, headers={**signed, **named})


def documented(world: World) -> list[Call]:
    """Return every call under `/v1/`."""
    document: dict[str, Any] = world.app.openapi()
    return [
        _call(f"{method.upper()} {path}", operation)
        for path, operations in document["paths"].items()
        if path.startswith("/v1/")
        for method, operation in operations.items()
    ]


def _call(name: str, operation: dict[str, Any]) -> Call:
    security = operation.get("security")
    content = operation.get("requestBody", {}).get("content", {})
    media_type = next(iter(content), None)
    return Call(
        operation=name.replace("gallery-cases/{case_id}", "gallery-cases/{gallery_case_id}"),
        scope=Scope(security[0]["client"][0]) if security else None,
        media_type=media_type,
        schema=content[media_type]["schema"] if media_type else {},
        statuses=frozenset(map(int, operation["responses"])),
    )
