"""Examples of calls and answers, as they were really sent and answered.

`python -m tests.integration.api.examples [TEST ...]` works tests that call the service, and adds
one body and one answer of each call that has none yet, or none that its schema still allows, to
the file that the OpenAPI document shows. All people, numbers and prints in it are made up;
secrets are replaced, long lists cut.
"""

from __future__ import annotations

import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote

import httpx2
import jsonschema_rs
import pytest
from starlette import testclient

from service.api.teaching.finishing import EXAMPLES
from tests.integration.api.reference import document

_JSON = "application/json"
_MOST_BYTES = 4_000
"""A longer example teaches no more."""
_MOST_ITEMS = 2
_SECRETS = {"secret", "token", "access_token", "client_secret"}
"""Fields with values that are shown once, or never."""
_KNOWN = ("-W", "ignore::pytest.PytestAssertRewriteWarning")
"""The application is loaded before the tests are."""

Spoken = tuple[bytes, int, bytes]
"""The body of a call, the status of its answer, and the answer; empty where it is not JSON."""


class Recorder:
    """Keeps the bodies and answers of each operation."""

    def __init__(self, paths: dict[str, Any]) -> None:
        self._operations = [
            (path.count("{"), f"{method.upper()} {path}", method.upper(), _pattern(path))
            for path, methods in paths.items()
            for method in methods
        ]
        self.spoken: dict[str, list[Spoken]] = defaultdict(list)

    def pytest_collection_finish(self) -> None:
        """Listen from now on; servers that run in processes of their own are not heard."""
        transport: Any = testclient._TestClientTransport
        handle = transport.handle_request

        def heard(this: Any, request: httpx2.Request) -> httpx2.Response:
            answer: httpx2.Response = handle(this, request)
            self._keep(request, answer)
            return answer

        transport.handle_request = heard

    def _keep(self, request: httpx2.Request, answer: httpx2.Response) -> None:
        named = [
            (variables, name)
            for variables, name, method, pattern in self._operations
            if method == request.method and pattern.fullmatch(request.url.path)
        ]
        if named:
            is_json = request.headers.get("content-type", "").startswith(_JSON)
            # A refused body teaches nothing; a refusal that is no problem document does.
            body = request.content if is_json and answer.status_code < 300 else b""
            said = answer.read() if answer.headers.get("content-type") == _JSON else b""
            self.spoken[min(named)[1]].append((body, answer.status_code, said))


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path)))


def examples_of(spoken: Iterable[Spoken]) -> dict[str, Any]:
    """Return the fullest call and answer that are short enough: the body, and by status."""
    told: dict[str, Any] = {}
    for body, status, said in sorted(spoken, key=_worth):
        if body:
            told.setdefault("body", _shown(json.loads(body)))
        if said:
            told.setdefault(str(status), _shown(json.loads(said)))
    return told


def _worth(spoken: Spoken) -> tuple[bool, int]:
    """Put the longest of those first that are short enough, then the shortest of the others."""
    size = len(spoken[0]) + len(spoken[2])
    return (size > _MOST_BYTES, size if size > _MOST_BYTES else -size)


def _shown(value: Any, name: str = "") -> Any:
    if isinstance(value, dict):
        return {key: _shown(each, key) for key, each in value.items()}
    if isinstance(value, list):
        return [_shown(each, name) for each in value[:_MOST_ITEMS]]
    return "shown-once" if name in _SECRETS and isinstance(value, str) else value


def places(made: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield where an example stands: the operation, `body` or a status, and the JSON pointer."""
    for path, methods in made["paths"].items():
        for method, operation in methods.items():
            at = f"/paths/{_escaped(path)}/{method}"
            found = {"body": (f"{at}/requestBody", operation.get("requestBody", {}))}
            for status, answer in operation["responses"].items():
                found[status] = (f"{at}/responses/{status}", answer)
            for what, (pointer, told) in found.items():
                if told.get("content", {}).get(_JSON, {}).get("schema"):
                    yield f"{method.upper()} {path}", what, f"{pointer}/content/{_escaped(_JSON)}"


def _escaped(name: str) -> str:
    return quote(name.replace("~", "~0").replace("/", "~1"))


def merged(made: dict[str, Any], kept: dict[str, Any], now: dict[str, Any]) -> dict[str, Any]:
    """Return the kept examples wherever the schema allows them, and else the new ones."""
    registry = jsonschema_rs.Registry([("urn:openapi", made)])
    told: dict[str, Any] = defaultdict(dict)
    for name, what, pointer in places(made):
        validator = jsonschema_rs.Draft202012Validator(
            {"$ref": f"urn:openapi#{pointer}/schema"}, validate_formats=True, registry=registry
        )
        for source in (kept, now):
            example = source.get(name, {}).get(what)
            if example is not None and validator.is_valid(example):
                told[name].setdefault(what, example)
    return defaultdict(dict, sorted(told.items()))


def main() -> None:
    """Record, and write the file."""
    made = document()
    recorder = Recorder(made["paths"])
    places_of_tests = sys.argv[1:] or ["tests/integration"]
    # A test that fails takes nothing away: what is kept was answered and is of its schema.
    pytest.main(["-q", "-m", "not slow", *_KNOWN, *places_of_tests], plugins=[recorder])
    now = {name: examples_of(spoken) for name, spoken in recorder.spoken.items()}
    kept = json.loads(EXAMPLES.read_text("utf-8")) if EXAMPLES.exists() else {}
    told = merged(made, kept, now)
    EXAMPLES.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", "utf-8")
    lacking = [f"{name}, {what}" for name, what, _ in places(made) if what not in told[name]]
    if lacking:
        raise SystemExit("Without an example, for nothing was heard: " + "; ".join(lacking))


if __name__ == "__main__":
    main()
