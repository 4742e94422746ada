"""Every address that answers to GET, asked by every role, and the events that this leaves."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from fastapi.routing import APIRoute
from httpx2 import Response
from starlette.routing import BaseRoute

from domain.access.access import Role
from domain.events.catalogue import looks
from domain.events.looking import CallRefused, Listed
from domain.list_pages import EventFilter
from service.bootstrap.keys import open_log_signer
from service.provenance.canonical import EventBody, read_event
from service.usecases.log.checkpoints import make_checkpoint
from tests.integration.api.driver import PURPOSES, World, headers
from tests.integration.tenancy.theirs import ids_of_theirs
from tests.integration.web.driver import Office, Person

ROLES = {
    "custody-47": Role.FORCE,
    "examiner-a": Role.EXAMINER,
    "examiner-b": Role.EXAMINER,
    "supervisor-a": Role.SUPERVISOR,
    "auditor-a": Role.AUDITOR,
    "administrator-a": Role.ADMINISTRATOR,
    "officer-a": Role.CASE_OFFICER,
    "keyer-a": Role.KEYER,
    "reconciler-a": Role.RECONCILER,
    "sampler-a": Role.SAMPLER,
}
"""The people who ask, each by token and at a browser."""

SUBJECTS = {
    *("person_id", "encounter_id", "record_id", "search_id", "case_id", "link_id"),
    *("gallery_case_id", "double_person_id", "other_person_id", "other_record_id"),
    *("other_encounter_id", "linked_encounter_id", "merge_id", "decision_id", "request_id"),
    *("restriction_id", "deletion_id"),
    *("lot_id", "frame_id"),
    "asked_id",
}
"""The ids, by their names, that an event must name when an answer does."""

QUERIES = {
    "/v1/log/proofs/inclusion": "?event={event_id}",
    "/v1/log/proofs/consistency": "?from=1&to=2",
    "/v1/log/search": "?subject={person_id}",
    "/v1/encounters": "?reference=CUSTODY-1",
    "/v1/access-report": "?since=2020-01-01T00:00:00Z&until=2020-02-01T00:00:00Z",
}


@dataclass(frozen=True, slots=True)
class Seen:
    """One answer with content, and the events that it left."""

    route: str
    name: str
    role: Role
    path: str
    text: str
    left: tuple[Any, ...]

    @property
    def looks(self) -> list[Any]:
        """The events that say who looked, why, and at which kind of thing."""
        kinds = looks() | {Listed.event_type}
        return [event for event in self.left if event.event_type in kinds]

    def named(self) -> set[str]:
        """Return the subjects that the events name."""
        return {ref for event in self.looks for ref in (*event.subject_refs, event.case_id)}


@dataclass(slots=True)
class Walk:
    """Walks all addresses, as often as there are states of the work to look at."""

    office: Office
    seen: list[Seen] = field(default_factory=list)
    refused: set[tuple[str, str]] = field(default_factory=set)
    """Who was refused at which route."""

    @property
    def routes(self) -> list[str]:
        """Every address that answers to GET."""
        return sorted({r.path for r in _flat(self.office.app.routes) if "GET" in r.methods})

    def everything(self, ids: Mapping[str, str], *, only: str = "/") -> None:
        """Ask for every address as every person; keep the answers that have content."""
        for route in self.routes:
            if only not in route:
                continue
            for name, role in ROLES.items():
                self._ask(route, name, role, ids)

    def again(self, before: Walk, ids: Mapping[str, str], *, new: str = "/nowhere") -> None:
        """Ask again for what another walk was shown, and for all addresses with a new part.

        Whoever was refused before is refused again: tests of access hold that to account.
        """
        shown = {(seen.route, seen.role) for seen in before.seen}
        for route in self.routes:
            for name, role in ROLES.items():
                if new in route or (route, role) in shown:
                    self._ask(route, name, role, ids)

    def _ask(self, route: str, name: str, role: Role, ids: Mapping[str, str]) -> None:
        path = filled(route, ids)
        before = self.size()
        person = person_of(self.office, name, role)
        answer = self._sent(person, role, path)
        if answer.status_code == 200:
            left = tuple(read_event(event.body) for event in self._events(before))
            self.seen.append(Seen(route, person.user_id, role, path, answer.text, left))
        elif answer.status_code in {403, 404}:
            self.refused.add((person.user_id, route))

    def _sent(self, person: Person, role: Role, path: str) -> Response:
        if path == "/" or path.startswith("/workbench"):
            return person.client.get(path, follow_redirects=False)
        return self.office.world.client.get(path, headers=token_of(self.office, person, role))

    def size(self) -> int:
        """Return the number of events."""
        with self.office.world.services.units.read() as unit:
            return unit.events.size()

    def _events(self, start: int) -> tuple[Any, ...]:
        with self.office.world.services.units.read() as unit:
            return unit.events.entries(start=start, limit=50)


def person_of(office: Office, name: str, role: Role) -> Person:
    """Return a signed-in person."""
    return office.person(name, role, force=_FORCES.get(role))


_FORCES = {Role.FORCE: "47", Role.CASE_OFFICER: "89", Role.RECONCILER: "89"}

_TOKENS: dict[int, dict[str, dict[str, str]]] = {}


def token_of(office: Office, person: Person, role: Role) -> dict[str, str]:
    """Return the headers of the calls of the same account."""
    known = _TOKENS.setdefault(id(office), {})
    if person.user_id not in known:
        secret = office.world.secret(role, person.user_id, force=_FORCES.get(role))
        known[person.user_id] = headers(secret, PURPOSES[role])
    return known[person.user_id]


def rejoin(office: Office, other: Office) -> None:
    """Know the people of another office, of whose store this one has a copy, and their tokens."""
    office.rejoin(other)
    _TOKENS[id(office)] = dict(_TOKENS.get(id(other), {}))


def prepared(office: Office) -> dict[str, str]:
    """Sign everybody in, and return the ids of all items of another force."""
    for name, role in ROLES.items():
        token_of(office, person_of(office, name, role), role)
    ids = ids_of_theirs(office.world)
    make_checkpoint(office.world.services, open_log_signer(office.app.state.api.settings))
    with office.world.services.units.read() as unit:
        (first,) = unit.events.entries(start=0, limit=1)
    return ids | {"event_id": first.event_id}


def refusals(world: World) -> tuple[EventBody, ...]:
    """Return the events of refused calls, oldest first."""
    wanted = EventFilter(event_type=CallRefused.event_type)
    with world.services.units.read() as unit:
        found = unit.events.search(wanted, before=None, limit=5_000)
    return tuple(read_event(event.body) for event in reversed(found))


def filled(route: str, ids: Mapping[str, str]) -> str:
    """Return the address of a route with the ids filled in."""
    if "gallery" in route:
        ids = {**ids, "case_id": ids["gallery_case_id"]}
    if route.endswith("/certificate"):
        ids = {**ids, "lot_id": ids["accepted_lot_id"]}
    places = {
        "version": "1",
        "index": "0",
        "number": "1",
        "purpose": "revocation",
        "event_id": "none",
        "agency": "HARB",
        "code": "not-found",
        "rest": "nowhere",
        **ids,
    }
    whole = route + QUERIES.get(route, "")
    return re.sub(r"\{(\w+)(?::path)?\}", lambda found: places[found[1]], whole)


def body_of(event: Any) -> dict[str, Any]:
    """Return the body of a logged event."""
    return dict(json.loads(event.body))


def _flat(routes: list[BaseRoute]) -> Iterator[APIRoute]:
    for route in routes:
        if isinstance(route, APIRoute):
            yield route
        elif hasattr(route, "original_router"):
            yield from _flat(route.original_router.routes)
