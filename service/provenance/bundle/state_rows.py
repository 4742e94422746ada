"""The statement of state: which rows the database holds, to be compared with the log.

A row names the event that it must have: of that type, naming the row among its subjects or
facts, by the person the row says, and saying whatever else the row does. Where its declaration
demands it, an event is checked the other way as well: it must have its row. How a row stands
(`STANDING_FACTS`) is for the last event about it to say, if any does.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import rfc8785

from domain.errors import LogDamagedError
from domain.events.catalogue import KINDS
from domain.events.declaring import STANDING_FACTS, Event
from domain.events.rows import ROW_DIGEST
from domain.ids import EventType
from service.provenance.bundle.findings import Finding, FindingCode
from service.provenance.canonical import EventBody

NEVER_SAID = "nothing says this"
"""Said by a row that no event can account for: it is found in any case."""


@dataclass(frozen=True, slots=True, order=True)
class StateRow:
    """One row of the database and the event that it must have."""

    event_type: EventType
    ref: str
    """The opaque id of the row, or of its subject."""
    actor: str = ""
    """The actor according to the row; empty where the row does not say."""
    says: tuple[str, ...] = ()
    """Further statements of the event: ids among its subjects or facts, and facts as `name=value`.

    A standing fact, of those in `STANDING_FACTS`, is compared with the last event that states it
    with the row as its first subject, of whatever type.
    """


def state_row(
    kind: type[Event], ref: str, actor: str = "", *, refs: tuple[str, ...] = (), **stated: Any
) -> StateRow:
    """Return a row that must have an event of this kind.

    `refs` are ids that the event must name besides `ref`, and `stated` the values of its fields
    as the row has them; None is not demanded where it is not stated. Raises KeyError for a field
    that the kind does not have.
    """
    says = [said for name, value in stated.items() for said in said_of(kind, name, value)]
    return StateRow(kind.event_type, ref, actor, (*refs, *says))


def said_of(kind: type[Event], name: str, value: Any) -> tuple[str, ...]:
    """Return the event's statement of a field that the row has."""
    field = kind.declared.by_name[name]
    if field.is_subject:
        return () if value is None else (str(value),)
    stated = field.fact(value)
    return () if stated is None else (f"{name}={stated}",)


def row_line(row: StateRow) -> bytes:
    """Return the row as a line of canonical JSON, with its newline."""
    fields = {
        "actor": row.actor,
        "event_type": str(row.event_type),
        "ref": row.ref,
        "says": list(row.says),
    }
    return rfc8785.dumps(fields) + b"\n"


def read_row(line: bytes) -> StateRow:
    """Read a line that `row_line` wrote; raises LogDamagedError."""
    try:
        fields = json.loads(line)
        actor, ref, says = fields["actor"], fields["ref"], fields["says"]
        row = StateRow(_known(fields["event_type"]), ref, actor, tuple(says))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise LogDamagedError("A row in the statement of state is malformed.") from error
    if any(type(text) is not str for text in (actor, ref, *says)) or row_line(row) != line:
        raise LogDamagedError("A row in the statement of state is not in canonical form.")
    return row


def _known(name: str) -> EventType:
    if name not in KINDS:
        raise ValueError(name)
    return EventType(name)


_Claim = tuple[str, tuple[str, ...]]
"""The actor and the other statements of a row."""

_ANYBODY: tuple[_Claim, ...] = (("", ()),)


class RowLedger:
    """Strikes rows off as their events are read; a row left at the end has no event."""

    def __init__(self, rows: Iterable[StateRow]) -> None:
        self._open: dict[EventType, dict[str, tuple[_Claim, ...]]] = {}
        self._struck: set[tuple[EventType, str]] = set()
        self._standing = _Standing()
        self._digests = _RowDigests()
        for row in rows:
            self._add(row)

    def read(self, body: EventBody) -> Finding | None:
        """Take the next event; return the contradictions between it and its row."""
        self._standing.read(body)
        self._digests.read(body)
        struck: set[str] = set()
        is_other = False
        claims_of = self._open.get(body.event_type)
        if claims_of:
            named = (*body.subject_refs, *(str(value) for _, value in body.facts))
            for ref in named:
                claims = claims_of.get(ref)
                if claims is not None:
                    left = _unmet(claims, body, named)
                    if len(left) < len(claims):
                        struck.add(ref)
                    if len(left) == len(claims) == 1 and _is_of_another(left[0], body, named):
                        left, is_other = (), True
                    self._keep(body.event_type, ref, left)
        if is_other:
            detail = "A row names another person than its event."
            return Finding(FindingCode.ROW_WITHOUT_EVENT, detail, body.seq)
        if _demands_a_row(body) and not self._has_its_row(body, struck):
            return Finding(
                FindingCode.EVENT_WITHOUT_ROW,
                f"The state does not hold what the event {body.event_type} made.",
                body.seq,
            )
        return None

    def rest(self) -> Iterator[Finding]:
        """Yield a finding for each row whose event never came."""
        for event_type, claims_of in sorted(self._open.items()):
            for claims in claims_of.values():
                for _ in claims:
                    yield Finding(
                        FindingCode.ROW_WITHOUT_EVENT,
                        f"A row has no event of type {event_type} that says the same.",
                    )
        yield from self._standing.rest()
        yield from self._digests.rest()

    @property
    def uncommitted(self) -> int:
        """How many events of types that commit to their rows are of releases before that."""
        return self._digests.silent

    def _add(self, row: StateRow) -> None:
        if self._digests.add(row):
            return
        claims_of = self._open.setdefault(row.event_type, {})
        known = claims_of.get(row.ref, ())
        says = self._standing.add(row)
        if not known and not row.actor and not says:
            claims_of[row.ref] = _ANYBODY
        else:
            claims_of[row.ref] = (*known, (row.actor, says))

    def _keep(self, event_type: EventType, ref: str, left: tuple[_Claim, ...]) -> None:
        if left:
            self._open[event_type][ref] = left
            return
        del self._open[event_type][ref]
        if _comes_again(event_type):
            self._struck.add((event_type, ref))

    def _has_its_row(self, body: EventBody, struck: set[str]) -> bool:
        """Whether the row that an event made exists: the row of its first subject."""
        first = body.subject_refs[0] if body.subject_refs else ""
        return first in struck or (body.event_type, first) in self._struck


class _Standing:
    """How rows stand, and how the last events about them say that they do."""

    def __init__(self) -> None:
        self._stated: dict[tuple[str, str], str] = {}
        self._said: dict[tuple[str, str], tuple[str, int]] = {}

    def add(self, row: StateRow) -> tuple[str, ...]:
        """Take the standing facts of a row and return its other statements."""
        rest = []
        for said in row.says:
            name, equals, value = said.partition("=")
            if equals and name in STANDING_FACTS:
                self._stated[row.ref, name] = value
            else:
                rest.append(said)
        return tuple(rest) if len(rest) < len(row.says) else row.says

    def read(self, body: EventBody) -> None:
        """Take the next event."""
        for name, value in body.facts:
            if name in STANDING_FACTS and body.subject_refs:
                self._said[body.subject_refs[0], name] = (str(value), body.seq)

    def rest(self) -> Iterator[Finding]:
        """Yield a finding for each row that stands otherwise than its last event says."""
        for place, (value, seq) in self._said.items():
            if self._stated.get(place, value) != value:
                detail = "A row is not as the last event about it says that it stands."
                yield Finding(FindingCode.ROW_WITHOUT_EVENT, detail, seq)


class _RowDigests:
    """The digests that events state of their rows, against those of the rows that are there.

    Stored ones are kept as hashes of 64 bits, keyed again in each process against collisions.
    """

    def __init__(self) -> None:
        self._stored: set[int] = set()
        self._missing: list[EventBody] = []
        self.silent = 0

    def add(self, row: StateRow) -> bool:
        """Take the digest of a row; False where the row states something else."""
        name, _, digest = row.says[0].partition("=") if row.says else ("", "", "")
        if name != ROW_DIGEST:
            return False
        self._stored.add(hash(digest))
        return True

    def read(self, body: EventBody) -> None:
        """Take the next event."""
        stated = [value for name, value in body.facts if name.startswith(ROW_DIGEST)]
        if not all(hash(digest) in self._stored for digest in stated):
            self._missing.append(body)
        if not stated and _owes_a_digest(body.event_type):
            self.silent += 1

    def rest(self) -> Iterator[Finding]:
        """Yield a finding for each event whose row is not as the event committed to it."""
        for body in self._missing:
            detail = f"A row is not as its event {body.event_type} left it: {tables_of(body)}"
            yield Finding(FindingCode.ROW_CHANGED, detail, body.seq)


@cache
def _owes_a_digest(event_type: EventType) -> bool:
    """Whether every event of a type leaves a row of its first subject that it commits to."""
    declared = KINDS[event_type].declared
    first = declared.subjects[0].name if declared.subjects else ""
    return bool(declared.commits) and declared.commits[0].where[0][1] == first


def tables_of(body: EventBody) -> str:
    """Return the tables and the ids under which the rows of an event are found, as words."""
    declared = KINDS[body.event_type].declared.commits
    tables = dict.fromkeys(
        table for rows in declared for table in (rows.table, *(part.table for part in rows.parts))
    )
    return f"{', '.join(tables)} of {' '.join(body.subject_refs[:2])}."


def _demands_a_row(body: EventBody) -> bool:
    demand = KINDS[body.event_type].declared.demands
    return demand is not None and (demand.when is None or demand.when in body.facts)


def _comes_again(event_type: EventType) -> bool:
    demand = KINDS[event_type].declared.demands
    return demand is not None and demand.again


def _unmet(
    claims: tuple[_Claim, ...], body: EventBody, named: tuple[str, ...]
) -> tuple[_Claim, ...]:
    """Return the claims on one ref that an event does not meet."""
    if claims is _ANYBODY:
        return ()
    said = _said(body, named)
    return tuple(
        claim
        for claim in claims
        if claim[0] not in ("", body.actor) or not said.issuperset(claim[1])
    )


def _is_of_another(claim: _Claim, body: EventBody, named: tuple[str, ...]) -> bool:
    return claim[0] not in ("", body.actor) and _said(body, named).issuperset(claim[1])


def _said(body: EventBody, named: tuple[str, ...]) -> frozenset[str]:
    return frozenset((*named, *(f"{name}={value}" for name, value in body.facts)))
