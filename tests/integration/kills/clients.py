"""Callers of a service that is killed repeatedly, and its acknowledgements."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from itertools import count
from time import monotonic
from typing import Any, TypeVar
from urllib.parse import urlsplit

from domain.access.access import Purpose
from tests.integration.answers import Answer
from tests.integration.api.driver import headers
from tests.integration.api.workers import NDJSON, ndjson, search_line
from tests.integration.kills.processes import Processes

PEOPLE = 6
LINES = 3
MOST_WAITING = 12
_PAUSE_S = 0.05
_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


class GoneError(Exception):
    """The service died, has not started yet, or is too busy and says so (503)."""


@dataclass(frozen=True, slots=True)
class Own:
    """The call by which the writer finds the acknowledged thing again."""

    caller: Caller
    path: str
    named: Mapping[str, str] = field(default_factory=dict)
    """Headers beside those of every call."""
    holds: Callable[[dict[str, Any]], bool] = lambda _: True
    """Whether an answer is about the acknowledged thing."""

    def is_found(self) -> bool:
        """Whether the call finds it; raises GoneError."""
        answer = self.caller.get_at_last(self.path, self.named)
        return answer.status == 200 and self.holds(answer.json())


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A capture of somebody: the number of the person, and the call that finds it."""

    number: int
    path: str


@dataclass(slots=True)
class Journal:
    """The acknowledged results."""

    own: dict[tuple[str, str], Own] = field(default_factory=dict)
    """Each acknowledged write by its kind and the key of its writer."""
    people: dict[str, Enrolled] = field(default_factory=dict)
    """People who are enrolled under load and then erased."""
    erasing: set[str] = field(default_factory=set)
    """Those of them whose erasure was asked for, answered or not."""

    searches: dict[str, str] = field(default_factory=dict)
    """Ids by idempotency key."""
    batches: dict[str, str] = field(default_factory=dict)
    decisions: dict[str, tuple[str, str]] = field(default_factory=dict)
    """(case, examiner) by id."""
    links: dict[str, str] = field(default_factory=dict)
    """Link by search, as reported to the force."""
    faults: list[str] = field(default_factory=list)
    """Answers that are always wrong."""
    busy: list[str] = field(default_factory=list)
    """Calls that were answered 503: to be made again."""

    @property
    def has_backlog(self) -> bool:
        """Whether examiners are far behind: hardly a case is decided twice then, or linked."""
        asked = len(self.searches) + LINES * len(self.batches)
        return asked - len(self.decisions) // 2 > MOST_WAITING

    def note(self, kind: str, key: str, own: Own) -> None:
        """Note an acknowledged write."""
        self.own[kind, key] = own

    def lost(self, since: Journal) -> list[tuple[str, str]]:
        """Return the writes acknowledged since then whose writers do not find them."""
        new = _without(dict(self.own), since.own)
        return [at for at, one in new.items() if not self._is_gone(at) and not one.is_found()]

    def _is_gone(self, at: tuple[str, str]) -> bool:
        """Whether it is a capture of somebody whose erasure was asked for meanwhile."""
        path = self.own[at].path
        return any(path == self.people[one].path for one in set(self.erasing))

    def copy(self) -> Journal:
        """Return a copy of its current content."""
        return Journal(
            own=dict(self.own),
            searches=dict(self.searches),
            batches=dict(self.batches),
            decisions=dict(self.decisions),
            links=dict(self.links),
        )

    def since(self, earlier: Journal) -> Journal:
        """Return the content added since an earlier copy."""
        return Journal(
            searches=_without(self.searches, earlier.searches),
            batches=_without(self.batches, earlier.batches),
            decisions=_without(self.decisions, earlier.decisions),
            links=_without(self.links, earlier.links),
        )


def _without(entries: dict[_Key, _Value], known: dict[_Key, _Value]) -> dict[_Key, _Value]:
    return {key: value for key, value in entries.items() if key not in known}


@dataclass(frozen=True, slots=True)
class Caller:
    """One caller with a token, who goes to the servers that live in turn."""

    processes: Processes
    secret: str
    purpose: Purpose
    journal: Journal
    _turns: Iterator[int] = field(default_factory=count)

    def get(self, path: str, named: Mapping[str, str] | None = None) -> Answer:
        """GET, with more headers; raises GoneError."""
        return self._send("GET", path, b"", dict(named or {}))

    def get_at_last(self, path: str, named: Mapping[str, str] | None = None) -> Answer:
        """GET, again for a minute while the service is gone; raises GoneError."""
        until = monotonic() + 60
        while True:
            try:
                return self.get(path, named)
            except GoneError:
                if monotonic() > until:
                    raise
            threading.Event().wait(0.5)

    def post(self, path: str, body: Any = None, named: Mapping[str, str] | None = None) -> Answer:
        """POST JSON, with more headers; raises GoneError."""
        extra = {"Content-Type": "application/json", **(named or {})}
        return self._send("POST", path, json.dumps(body).encode(), extra)

    def submit(self, path: str, key: str | None, content: bytes, kind: str) -> Answer:
        """POST a body, optionally under an idempotency key; raises GoneError."""
        named = {"Content-Type": kind} | ({"Idempotency-Key": key} if key else {})
        return self._send("POST", path, content, named)

    def _send(
        self, method: str, path: str, content: bytes = b"", extra: dict[str, str] | None = None
    ) -> Answer:
        addresses = list(self.processes.addresses.values())
        if not addresses:
            raise GoneError
        address = addresses[next(self._turns) % len(addresses)]
        connection = HTTPConnection(urlsplit(address).netloc, timeout=60)
        try:
            named = headers(self.secret, self.purpose) | (extra or {})
            connection.request(method, path, content, named)
            response = connection.getresponse()
            answer = Answer(response.status, response.read())
        except (OSError, HTTPException):
            raise GoneError from None
        finally:
            connection.close()
        if answer.status == 503:
            self.journal.busy.append(f"{method} {path}: {answer.content.decode()[:300]}")
            raise GoneError
        if answer.status >= 500:
            self.journal.faults.append(f"{method} {path}: {answer.content.decode()[:300]}")
        return answer


@dataclass(frozen=True, slots=True)
class Signals:
    """Signals of the test to the callers."""

    stopping: threading.Event = field(default_factory=threading.Event)
    calling: threading.Event = field(default_factory=threading.Event)
    """Callers begin a step only while it is set."""


def repeat(step: Callable[[], None], signals: Signals) -> None:
    """Take steps until told to stop; a step that met a dead service is repeated."""
    while not signals.stopping.wait(_PAUSE_S):
        if signals.calling.wait(_PAUSE_S):
            with suppress(GoneError):
                step()


def searcher(caller: Caller, name: str) -> Callable[[], None]:
    """Return a step that submits a search; an unanswered one is sent again under its key."""
    keys = (f"{name}-{number}" for number in count())
    waiting = [next(keys)]

    def step() -> None:
        if caller.journal.has_backlog:
            return
        search_for(caller, waiting[0], int(waiting[0].rpartition("-")[2]) % (2 * PEOPLE))
        waiting[0] = next(keys)

    return step


def search_for(caller: Caller, key: str, person: int) -> None:
    """Submit a search under a key, and note it."""
    body = ndjson(_search(person))
    answer = caller.submit("/v1/searches", key, body, "application/json")
    assert answer.status == 201, answer.content
    search_id = answer.json()["search_id"]
    caller.journal.searches[key] = search_id
    caller.journal.note("search", key, Own(caller, f"/v1/searches/{search_id}"))


def batcher(caller: Caller, name: str) -> Callable[[], None]:
    """Return a step that submits a batch in the same way, then reads the state of searches."""
    keys = (f"{name}-{number}" for number in count())
    waiting = [next(keys)]

    def step() -> None:
        note_links(caller)
        if caller.journal.has_backlog:
            return
        key = waiting[0]
        first = int(key.rpartition("-")[2]) * LINES
        lines = ndjson(*(_search((first + n) % (2 * PEOPLE)) for n in range(LINES)))
        answer = caller.submit("/v1/search-batches", key, lines, NDJSON)
        assert answer.status == 202, answer.content
        batch_id = answer.json()["batch_id"]
        caller.journal.batches[key] = batch_id
        caller.journal.note("batch", key, Own(caller, f"/v1/search-batches/{batch_id}"))
        waiting[0] = next(keys)

    return step


def note_links(caller: Caller) -> None:
    """Note the links reported to the force, in searches old and new."""
    path = "/v1/searches?limit=200"
    page = caller.get(path).json()
    while True:
        for search in page["searches"]:
            if search["link"]:
                caller.journal.links[search["search_id"]] = search["link"]["link_id"]
        if page["next_before"] is None:
            return
        page = caller.get(f"{path}&before={page['next_before']}").json()


def examiner(caller: Caller, name: str) -> Callable[[], None]:
    """Return a step that works one case as far as possible; later steps continue it."""

    def step() -> None:
        cases = caller.get("/v1/cases?limit=10").json()["cases"]
        for case in cases:
            if case["is_mine"]:
                _work(caller, case["case_id"], name)
                return
            claimed = caller.post(f"/v1/queue/{case['task_id']}/claim")
            if claimed.status == 200:
                _work(caller, claimed.json()["case_id"], name)
                return

    return step


def _work(caller: Caller, case_id: str, name: str) -> None:
    path = f"/v1/cases/{case_id}"
    seen = caller.get(path).json()
    if seen["analysis"] is None:
        caller.post(f"{path}/analysis", {"is_of_value": True, "notes": "Clear."})
    while (shown := caller.get(f"{path}/exemplar")).status == 200:
        exemplar = shown.json()
        is_same = _is_same(seen["probe"], exemplar["impressions"])
        body = {"label": exemplar["label"], "outcome": "identified" if is_same else "excluded"}
        finger = _open_a_finger(caller, path, seen["probe"], exemplar)
        body |= {"fingers_identified": [finger] * is_same}
        answer = caller.post(f"{path}/comparisons", body)
        # 409: an answer to the same comparison was lost with the service.
        assert answer.status in {204, 409, 500}, answer.content
    seen = caller.get(path).json()
    labels = [one["label"] for one in seen["comparisons"] if one["outcome"] == "identified"]
    answer = caller.post(
        f"{path}/decisions",
        {
            "outcome": "identified" if labels else "excluded",
            "label": labels[0] if labels else None,
            "reason": "As compared.",
            "revision": seen["revision"],
        },
    )
    if answer.status == 201:
        decision_id = answer.json()["decision_id"]
        caller.journal.decisions[decision_id] = (case_id, name)
        caller.journal.note("decision", decision_id, Own(caller, path))


def _open_a_finger(
    caller: Caller, path: str, probe: list[dict[str, Any]], exemplar: dict[str, Any]
) -> int:
    """Open one finger in both prints, and return its position."""
    theirs = [one["position"] for one in exemplar["impressions"]]
    at, position = next(
        (at, one["position"]) for at, one in enumerate(probe) if one["position"] in theirs
    )
    caller.get(f"{path}/prints/probe/{at}")
    caller.get(f"{path}/prints/{exemplar['label']}/{theirs.index(position)}")
    return int(position)


def _is_same(probe: list[dict[str, Any]], exemplar: list[dict[str, Any]]) -> bool:
    kinds = [[one["impression"] for one in impressions] for impressions in (probe, exemplar)]
    return kinds[0] == kinds[1]


def told_apart(body: dict[str, Any], person: int) -> dict[str, Any]:
    """Return a body whose prints are rolled and plain in an order that is the person's own.

    Examiners get no template and no quality of an exemplar: by this alone those of the test know
    whom they see.
    """
    kinds = ("rolled", "plain")
    impressions = [
        # Only templates: a record of minutiae states the kind of its impression, too.
        {**one, "impression": kinds[person >> bit & 1], "minutiae": None}
        for bit, one in enumerate(body["impressions"])
    ]
    return body | {"impressions": impressions}


def _search(person: int) -> dict[str, Any]:
    return told_apart(search_line(person), person)
