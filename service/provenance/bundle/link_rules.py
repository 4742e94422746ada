"""The rule that every link stands on: two sealed identifications of one candidate, two persons.

What it reads of the events: a sealed decision names the decision first and the candidate it
identified among its subjects, and its outcome among its facts; a link names itself first, then
its candidate and the decisions it stands on; a revocation names the link first.
"""

from __future__ import annotations

from dataclasses import dataclass

from domain.cases import Outcome
from domain.events import EventType
from service.provenance.bundle.findings import Finding, FindingCode
from service.provenance.canonical import EventBody

MIN_PERSONS = 2


@dataclass(frozen=True, slots=True)
class _Identification:
    decision_ref: str
    person: str
    subjects: frozenset[str]


class LinkLedger:
    """Reads events in order and checks each link against the decisions sealed before it."""

    def __init__(self) -> None:
        self._by_case: dict[str, list[_Identification]] = {}
        self._links: set[str] = set()
        self.decisions = 0
        self.links = 0

    def read(self, body: EventBody) -> Finding | None:
        """Take the next event; return what is wrong with it, if it is a link or a revocation."""
        match body.event_type:
            case EventType.DECISION_SEALED:
                self._seal(body)
            case EventType.LINKED:
                return self._link(body)
            case EventType.LINK_REVOKED:
                return self._revoke(body)
            case _:
                pass
        return None

    def _seal(self, body: EventBody) -> None:
        self.decisions += 1
        if body.case_id and body.subject_refs and body.fact("outcome") == Outcome.IDENTIFIED:
            self._by_case.setdefault(body.case_id, []).append(
                _Identification(body.subject_refs[0], body.actor, frozenset(body.subject_refs[1:]))
            )

    def _link(self, body: EventBody) -> Finding | None:
        self.links += 1
        self._links.update(body.subject_refs[:1])
        link_id, candidate, *named = (*body.subject_refs, "", "")
        persons = {
            sealed.person
            for sealed in self._by_case.get(body.case_id or "", [])
            if sealed.decision_ref in named and candidate in sealed.subjects
        }
        if link_id and len(persons) >= MIN_PERSONS:
            return None
        return Finding(
            FindingCode.LINK_UNSUPPORTED,
            "A link does not stand on two sealed identifications of its candidate by two persons.",
            body.seq,
        )

    def _revoke(self, body: EventBody) -> Finding | None:
        if set(body.subject_refs[:1]) & self._links:
            return None
        return Finding(
            FindingCode.REVOCATION_WITHOUT_LINK,
            "A revocation is of a link that the log does not hold before it.",
            body.seq,
        )
