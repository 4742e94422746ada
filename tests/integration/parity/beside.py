"""Takes a step in both stores and demands that it comes to the same."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from domain.ids import CandidateId, CaseId, SearchId, UserId
from tests.integration.parity.desks import Desk, Look
from tests.integration.parity.traces import EXAMINERS, Ledger

Step = Callable[[Ledger], Any]

HIDDEN_WORDS = ("Surname", "Forename", "Placetown", "Metropolitan", "custody-01", "posterior")


@dataclass(slots=True)
class Beside:
    """One case in two stores."""

    pages: Ledger
    calls: Ledger

    @property
    def ledgers(self) -> tuple[Ledger, Ledger]:
        return self.pages, self.calls

    def submit(
        self,
        fingers: list[dict[str, Any]],
        search_type: str = "TP/TP",
        images: Mapping[str, bytes] | None = None,
    ) -> None:
        """Search with the same capture in both."""
        for ledger in self.ledgers:
            ledger.open(ledger.desk.submit(fingers, search_type, images or {}))
        self.compare()

    def step(self, act: Step) -> Any:
        """Do this in both, compare all it led to, and return what it came to."""
        results = [act(ledger) for ledger in self.ledgers]
        assert results[0] == results[1]
        self.compare()
        return results[0]

    def compare(self) -> None:
        """Compare the case, what is told to each examiner, what is hidden, and the log."""
        states = [ledger.state() for ledger in self.ledgers]
        assert states[0] == states[1]
        looks = [[_told(ledger, name) for name in EXAMINERS] for ledger in self.ledgers]
        assert looks[0] == looks[1]
        if states[0]["state"] not in {"linked", "not linked"}:
            for ledger in self.ledgers:
                assert told_too_early(ledger) == []
        events = [ledger.events() for ledger in self.ledgers]
        assert events[0] == events[1]

    def steps(self) -> list[str]:
        """Return what each examiner does next."""
        both = [[_told(ledger, name).step for name in EXAMINERS] for ledger in self.ledgers]
        assert both[0] == both[1]
        return both[0]


def told_too_early(ledger: Ledger) -> list[str]:
    """Return what examiners have been told that is hidden while the case is open."""
    secrets = {ledger.search_id, ledger.mate, *HIDDEN_WORDS}
    with ledger.desk.world.services.units.read() as unit:
        for candidate in unit.searches.candidates(SearchId(ledger.search_id)):
            secrets |= {candidate.candidate_id, candidate.person_id}
            secrets |= {str(candidate.record_id), str(candidate.encounter_id)}
            secrets.add(f"{candidate.evidence.posterior:.4f}")
    text = "\n".join(ledger.desk.heard)
    return sorted(secret for secret in secrets if secret in text)


def begin(name: str, value: str = "yes") -> Step:
    """Return the step of claiming a case and sealing the analysis."""

    def _begin(ledger: Ledger) -> list[int]:
        statuses = [ledger.desk.claim(name, ledger.case_id)]
        return [*statuses, ledger.desk.analyse(name, ledger.case_id, value)]

    return _begin


def compare_all(name: str, outcomes: tuple[str, str]) -> Step:
    """Return the step of evaluating all exemplars: the person searched for, and all others.

    A decision is offered as soon as one is identified.
    """

    def _compare_all(ledger: Ledger) -> list[int]:
        statuses = []
        is_identified = False
        while (look := ledger.desk.look(name, ledger.case_id)).step == "comparison":
            assert look.may_decide == is_identified
            outcome = outcomes[0 if label_of_mate(ledger, name) == look.label else 1]
            is_identified |= outcome == "identified"
            statuses.append(ledger.desk.compare(name, ledger.case_id, look.label, outcome))
            # A comparison that is refused leads to the same page again, without end.
            assert statuses[-1] < 400, ledger.desk.heard[-1].partition("There is a problem")[2][
                :600
            ]
        return statuses

    return _compare_all


def examine(name: str, value: str, outcomes: tuple[str, str] = ("", "")) -> Step:
    """Return the step of a whole examination up to the decision."""
    first, then = begin(name, value), compare_all(name, outcomes)
    return lambda ledger: first(ledger) + then(ledger)


def decide(name: str, outcome: str) -> Step:
    """Return the step of a decision; an identification is of the person searched for."""

    def _decide(ledger: Ledger) -> int:
        is_identified = outcome == "identified"
        finding = f"identified:{label_of_mate(ledger, name)}" if is_identified else outcome
        return ledger.desk.decide(name, ledger.case_id, finding)

    return _decide


def label_of_mate(ledger: Ledger, name: str) -> str:
    """Return the label under which an examiner sees the person who is searched for."""
    examiner = ledger.desk.user_id(name)
    return next(iter(ledger.desk.world.true_labels(ledger.case_id, examiner, ledger.mate)))


def order_of(ledger: Ledger, name: str) -> tuple[tuple[str, CandidateId], ...]:
    """Return the exemplars as an examiner is shown them, those to come too."""
    with ledger.desk.world.services.units.read() as unit:
        seen = unit.cases.examination(CaseId(ledger.case_id), UserId(ledger.desk.user_id(name)))
    assert seen is not None
    return seen.order


def _told(ledger: Ledger, name: str) -> Look:
    """Return what an examiner is told, the labels of the store replaced."""
    look = ledger.desk.look(name, ledger.case_id)
    findings = tuple(_words(ledger, name, finding) for finding in look.findings)
    return Look(look.step, "LABEL" if look.label else "", look.may_decide, findings)


def _words(ledger: Ledger, name: str, finding: str) -> str:
    outcome, _, label = finding.partition(":")
    who = "mate" if label and label == label_of_mate(ledger, name) else "another"
    return f"{outcome}:{who}" if label else outcome


def decision_ids(text: str, desk: Desk, case_id: str) -> list[str]:
    """Return the sealed decisions that a text names, in the order they were sealed."""
    with desk.world.services.units.read() as unit:
        case = unit.cases.get(CaseId(case_id))
    assert case is not None
    named = set(re.findall(r"[0-9a-f]{32}", text))
    return [d.decision_id for d in case.decisions if d.decision_id in named]
