"""All that a case has left in a store, the random ids replaced by words: two stores compare."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from domain.events.access import AccountAdded, SignedIn, TokenIssued
from domain.events.catalogue import LoggedEvent
from domain.events.examination import ExemplarShown, PrintShown
from domain.examination.cases import Case, Decision
from domain.ids import CandidateId, CaseId, EventType, PersonId, SearchId, UserId
from service.storage.unit_of_work import UnitOfWork
from tests.integration.api.driver import BESIDE_CHANGES
from tests.integration.api.facts import stated
from tests.integration.parity.desks import Desk

EXAMINERS = ("examiner-a", "examiner-b", "examiner-c")
PEOPLE = (*EXAMINERS, "supervisor-a", "custody-01")

OF_SESSIONS = {kind.event_type for kind in (AccountAdded, SignedIn, TokenIssued)}
"""How somebody proves who they are, which is what the edges differ in."""

_RANDOM = re.compile(r"[0-9a-f]{16,}|\d{12,}")
PASSED_OVER = {*OF_SESSIONS, *BESIDE_CHANGES, PrintShown.event_type}
"""Events of sessions, and looks: a page shows in one what the API tells in several calls."""

_BY_CHANCE = {"label", "shuffle_seed", "index_digest", "index_cursor", "index_generation"}
"""Facts that follow from random ids, or from when the index caught up."""


@dataclass(slots=True)
class Ledger:
    """One store, and how far its log has been read."""

    desk: Desk
    mate: str
    """The person who is searched for."""
    search_id: str = ""
    case_id: str = ""
    read: int = field(default=0)

    def open(self, search_id: str) -> None:
        """Follow this search and its case."""
        self.search_id = search_id
        self.case_id = self.desk.world.case_of(search_id)

    def state(self) -> dict[str, Any]:
        """Return the case, its sealed rows and the link, as words."""
        with self.desk.world.services.units.read() as unit:
            case = unit.cases.get(CaseId(self.case_id))
            assert case is not None
            return {
                "state": case.state.value,
                "held by": self._who(case.claimed_by),
                "sealed": [self._sealed(unit, case, name) for name in EXAMINERS],
                "decisions": [
                    (self._who(d.decided_by), *self._found(unit, d)) for d in case.decisions
                ],
                "link": self._link(unit),
                "encounters": unit.encounters.count(),
                "images": self._images(unit),
            }

    def events(self) -> Counter[str]:
        """Return the events since the last call, with actors, purposes and facts as words."""
        with self.desk.world.services.units.read() as unit:
            found = unit.events.entries(start=self.read, limit=10_000)
            self.read = unit.events.size()
            told = [self._event(unit, e) for e in found if e.event_type not in PASSED_OVER]
        return Counter(told)

    def _event(self, unit: UnitOfWork, event: LoggedEvent) -> str:
        body = json.loads(event.body)
        facts = {
            name: self._fact(unit, event.event_type, name, value)
            for name, value in sorted(stated(body).items())
        }
        who = self._who(body["actor"])
        told = (event.event_type, who, body["purpose"], body["force"], facts)
        return repr((*told, len(body["subject_refs"]), bool(body.get("case_id"))))

    def _fact(self, unit: UnitOfWork, kind: EventType, name: str, value: Any) -> Any:
        if name in _BY_CHANCE:
            return "..."
        if name == "candidate_id":
            # Which exemplar comes first is drawn anew in each store.
            is_shown = kind == ExemplarShown.event_type
            return "an exemplar" if is_shown else self._person(unit, value)
        return _RANDOM.sub("ID", self._who(str(value)))

    def _sealed(self, unit: UnitOfWork, case: Case, name: str) -> Any:
        examiner = UserId(self.desk.user_id(name))
        analysis = unit.cases.analysis(case.case_id, examiner)
        compared = Counter(
            (self._person(unit, c.candidate_id), c.outcome, c.reason, c.points)
            for c in unit.cases.comparisons(case.case_id, examiner)
        )
        return (analysis and (analysis.is_of_value, analysis.notes), compared)

    def _found(self, unit: UnitOfWork, sealed: Decision) -> tuple[str, ...]:
        person = self._person(unit, sealed.candidate_id)
        return sealed.kind, sealed.outcome, sealed.reason, person

    def _link(self, unit: UnitOfWork) -> Any:
        link_id = unit.queue.link_of_case(CaseId(self.case_id))
        link = unit.links.get(link_id) if link_id else None
        if link is None:
            return None
        person = "mate" if link.person_id == self.mate else "another"
        who = self._who(link.revoked_by)
        return person, len(link.decision_ids), link.revocation_reason, who

    def _images(self, unit: UnitOfWork) -> list[bytes | None]:
        return [unit.images.of(SearchId(self.search_id), n) for n in range(11)]

    def _person(self, unit: UnitOfWork, candidate_id: str | None) -> str:
        if candidate_id is None:
            return ""
        candidate = unit.searches.candidate(CandidateId(candidate_id))
        assert candidate is not None
        return "mate" if candidate.person_id == PersonId(self.mate) else "another"

    def _who(self, user_id: str | None) -> str:
        names = {self.desk.user_id(name): name for name in PEOPLE}
        return names.get(user_id or "", user_id or "")
