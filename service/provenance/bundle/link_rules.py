"""The rule that every link stands on: two sealed identifications of one candidate, two persons.

An event without the subjects and facts of its type supports no link and revokes none.
"""

from __future__ import annotations

from dataclasses import dataclass

from domain.cases import Outcome
from domain.errors import LogDamagedError
from domain.events.declaring import Event
from domain.events.examination import DecisionSealed
from domain.events.links import Linked, LinkRevoked
from service.provenance.bundle.findings import Finding, FindingCode
from service.provenance.canonical import EventBody

MIN_PERSONS = 2
_READ = frozenset(kind.event_type for kind in (DecisionSealed, Linked, LinkRevoked))


@dataclass(frozen=True, slots=True)
class _Identification:
    decision_id: str
    candidate_id: str | None
    person: str


class LinkLedger:
    """Reads events in order and checks each link against the decisions sealed before it."""

    def __init__(self) -> None:
        self._by_case: dict[str, list[_Identification]] = {}
        self._links: set[str] = set()
        self.decisions = 0
        self.links = 0

    def read(self, body: EventBody) -> Finding | None:
        """Take the next event; return its faults if it is a link or a revocation."""
        if body.event_type not in _READ:
            return None
        event = _typed(body)
        if body.event_type == DecisionSealed.event_type:
            self._seal(body, event)
            return None
        if body.event_type == Linked.event_type:
            return self._link(body, event)
        return self._revoke(body, event)

    def _seal(self, body: EventBody, event: Event | None) -> None:
        self.decisions += 1
        if not body.case_id or not isinstance(event, DecisionSealed):
            return
        if event.outcome is Outcome.IDENTIFIED:
            sealed = _Identification(event.decision_id, event.candidate_id, body.actor)
            self._by_case.setdefault(body.case_id, []).append(sealed)

    def _link(self, body: EventBody, event: Event | None) -> Finding | None:
        self.links += 1
        if isinstance(event, Linked):
            self._links.add(event.link_id)
            persons = {
                sealed.person
                for sealed in self._by_case.get(body.case_id or "", [])
                if sealed.decision_id in event.decision_ids
                and sealed.candidate_id == event.candidate_id
            }
            if len(persons) >= MIN_PERSONS:
                return None
        return Finding(
            FindingCode.LINK_UNSUPPORTED,
            "A link does not stand on two sealed identifications of its candidate by two persons.",
            body.seq,
        )

    def _revoke(self, body: EventBody, event: Event | None) -> Finding | None:
        if isinstance(event, LinkRevoked) and event.link_id in self._links:
            return None
        return Finding(
            FindingCode.REVOCATION_WITHOUT_LINK,
            "A revocation is of a link that the log does not hold before it.",
            body.seq,
        )


def _typed(body: EventBody) -> Event | None:
    try:
        return body.typed()
    except LogDamagedError:
        return None
