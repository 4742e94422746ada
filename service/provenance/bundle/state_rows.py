"""For each row of the database, the log event that it must have, so that both can be compared.

A row states its event's type, the row's id among the event's subjects or facts, the person who
acted, and the values of further fields. Where its declaration demands it, the reverse is also
checked: the event must have its row. For the facts in `STANDING_FACTS`, the last event about a row
that states the fact counts.
"""

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
"""A claim that no event can meet, so that a row with this claim is always found."""


@dataclass(frozen=True, slots=True, order=True)
class StateRow:
    """One row of the database and the event that it must have."""

    event_type: EventType
    ref: str
    """The opaque id of the row, or of its subject."""
    actor: str = ""
    """The actor according to the row; empty if the row does not state it."""
    says: tuple[str, ...] = ()
    """Further claims for the event to meet: ids among its subjects or facts, and `name=value`.

    A fact in `STANDING_FACTS` is compared with the last event, of any type, that states it with
    the row as its first subject.
    """


def state_row(
    kind: type[Event], ref: str, actor: str = "", *, refs: tuple[str, ...] = (), **stated: Any
) -> StateRow:
    """Return a row that must have an event of this kind.

    `refs` are ids that the event must name besides `ref`. `stated` are the values of the event's
    fields according to the row; None is not checked if the event does not state the field. Raises
    KeyError for a field that the kind does not have.
    """
    says = [said for name, value in stated.items() for said in said_of(kind, name, value)]
    return StateRow(kind.event_type, ref, actor, (*refs, *says))


def said_of(kind: type[Event], name: str, value: Any) -> tuple[str, ...]:
    """Return what an event states if its field has this value."""
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
        raise LogDamagedError(
            "A row in the signed statement of what the database holds is malformed."
        ) from error
    if any(type(text) is not str for text in (actor, ref, *says)) or row_line(row) != line:
        raise LogDamagedError(
            "A row in the signed statement of what the database holds is not in canonical form."
        )
    return row


def _known(name: str) -> EventType:
    if name not in KINDS:
        raise ValueError(name)
    return EventType(name)


_Claim = tuple[str, tuple[str, ...]]
"""The actor and the other claims of a row."""

_ANYBODY: tuple[_Claim, ...] = (("", ()),)


class RowLedger:
    """Removes rows as their events are read; a row left at the end has no event."""

    def __init__(self, rows: Iterable[StateRow]) -> None:
        self._open: dict[EventType, dict[str, tuple[_Claim, ...]]] = {}
        self._struck: set[tuple[EventType, str]] = set()
        self._standing = _Standing()
        self._digests = _RowDigests()
        for row in rows:
            self._add(row)

    def read(self, body: EventBody) -> Finding | None:
        """Read the next event; return the contradiction between it and its row, if any."""
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
            detail = "A row names a different person from its event."
            return Finding(FindingCode.ROW_WITHOUT_EVENT, detail, body.seq)
        if _demands_a_row(body) and not self._has_its_row(body, struck):
            return Finding(
                FindingCode.EVENT_WITHOUT_ROW,
                f"The state lacks what the event {body.event_type} made.",
                body.seq,
            )
        return None

    def rest(self) -> Iterator[Finding]:
        """Yield a finding for each row without an event."""
        for event_type, claims_of in sorted(self._open.items()):
            for claims in claims_of.values():
                for _ in claims:
                    yield Finding(
                        FindingCode.ROW_WITHOUT_EVENT,
                        f"No event of type {event_type} states the same as a row.",
                    )
        yield from self._standing.rest()
        yield from self._digests.rest()

    @property
    def uncommitted(self) -> int:
        """The number of events from earlier releases whose types commit to rows only now."""
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
        """Whether the row that the event made still exists."""
        first = body.subject_refs[0] if body.subject_refs else ""
        return first in struck or (body.event_type, first) in self._struck


class _Standing:
    """The standing facts of rows, and what the last events about the rows state."""

    def __init__(self) -> None:
        self._stated: dict[tuple[str, str], str] = {}
        self._said: dict[tuple[str, str], tuple[str, int]] = {}

    def add(self, row: StateRow) -> tuple[str, ...]:
        """Store the standing facts of a row, and return its other claims."""
        rest = []
        for said in row.says:
            name, equals, value = said.partition("=")
            if equals and name in STANDING_FACTS:
                self._stated[row.ref, name] = value
            else:
                rest.append(said)
        return tuple(rest) if len(rest) < len(row.says) else row.says

    def read(self, body: EventBody) -> None:
        """Read the next event."""
        for name, value in body.facts:
            if name in STANDING_FACTS and body.subject_refs:
                self._said[body.subject_refs[0], name] = (str(value), body.seq)

    def rest(self) -> Iterator[Finding]:
        """Yield a finding for each row whose standing facts differ from its last event."""
        for place, (value, seq) in self._said.items():
            if self._stated.get(place, value) != value:
                detail = "A row differs from what the last event about it states."
                yield Finding(FindingCode.ROW_WITHOUT_EVENT, detail, seq)


class _RowDigests:
    """The digests of rows that events state, compared with the digests of the rows that exist.

    The latter are stored as 64-bit hashes, with a new hash key in each process against collisions.
    """

    def __init__(self) -> None:
        self._stored: set[int] = set()
        self._missing: list[EventBody] = []
        self.silent = 0

    def add(self, row: StateRow) -> bool:
        """Store the digest of a row; return False if the row states something else."""
        name, _, digest = row.says[0].partition("=") if row.says else ("", "", "")
        if name != ROW_DIGEST:
            return False
        self._stored.add(hash(digest))
        return True

    def read(self, body: EventBody) -> None:
        """Read the next event."""
        stated = [value for name, value in body.facts if name.startswith(ROW_DIGEST)]
        if not all(hash(digest) in self._stored for digest in stated):
            self._missing.append(body)
        if not stated and _owes_a_digest(body.event_type):
            self.silent += 1

    def rest(self) -> Iterator[Finding]:
        """Yield a finding for each event whose row differs from what the event committed to."""
        for body in self._missing:
            detail = f"A row was changed after its event {body.event_type}: {tables_of(body)}"
            yield Finding(FindingCode.ROW_CHANGED, detail, body.seq)


@cache
def _owes_a_digest(event_type: EventType) -> bool:
    """Whether every event of a type must commit to the row of its first subject."""
    declared = KINDS[event_type].declared
    first = declared.subjects[0].name if declared.subjects else ""
    return bool(declared.commits) and declared.commits[0].where[0][1] == first


def tables_of(body: EventBody) -> str:
    """Return the tables and ids of an event's rows, as words."""
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
    """Return the claims about one reference that an event does not meet."""
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
