from __future__ import annotations

from collections.abc import Iterable

import pytest

from domain.events.catalogue import NewEvent
from domain.examination.cases import Outcome
from domain.ids import CaseId
from service.provenance.bundle.findings import FindingCode, LinkLedger
from service.provenance.canonical import encode_event, read_event
from tests.unit.service.provenance.stories import (
    a_decision,
    a_link,
    a_revocation,
    a_story,
    sealed_as,
)


def found_in(events: Iterable[NewEvent]) -> list[FindingCode]:
    ledger = LinkLedger()
    bodies = [read_event(encode_event(event, seq).body) for seq, event in enumerate(events)]
    findings = [ledger.read(body) for body in bodies]
    return [finding.code for finding in findings if finding]


ANN, BEN, LINK = a_decision(0, "ann"), a_decision(1, "ben"), a_link(2)


def test_two_persons_who_identified_one_candidate_support_a_link() -> None:
    assert found_in([ANN, BEN, LINK]) == []
    assert found_in(a_story()) == []


@pytest.mark.parametrize(
    "events",
    [
        [LINK],
        [ANN, LINK],
        [ANN, LINK, BEN],
        [ANN, ANN, LINK],
        # One person under two decisions.
        [ANN, a_decision(1, "ann", subject_refs=("decision-ben", "case-1", "candidate-1")), LINK],
        # The second decision differs in outcome, in candidate or in case.
        [ANN, a_decision(1, "ben", facts=sealed_as(Outcome.INCONCLUSIVE)), LINK],
        [ANN, a_decision(1, "ben", facts=()), LINK],
        [ANN, a_decision(1, "ben", subject_refs=("decision-ben", "case-1", "candidate-2")), LINK],
        [ANN, a_decision(1, "ben", subject_refs=()), LINK],
        [ANN, a_decision(1, "ben", case_id=CaseId("case-2")), LINK],
        [ANN, a_decision(1, "ben", case_id=None), LINK],
        # The link names too few decisions, or one that was never sealed.
        [ANN, BEN, a_link(2, subject_refs=("link-1", "candidate-1", "decision-ann"))],
        [ANN, BEN, a_link(2, subject_refs=("link-1", "candidate-1", "decision-ann", "other"))],
        [
            ANN,
            BEN,
            a_link(2, subject_refs=("link-1", "candidate-2", "decision-ann", "decision-ben")),
        ],
        [ANN, BEN, a_link(2, subject_refs=())],
        [ANN, BEN, a_link(2, case_id=None)],
    ],
)
def test_a_link_without_two_agreeing_persons_is_found(events: list[NewEvent]) -> None:
    assert found_in(events) == [FindingCode.LINK_UNSUPPORTED]


def test_a_revocation_follows_its_link() -> None:
    assert found_in([ANN, BEN, LINK, a_revocation(3)]) == []


@pytest.mark.parametrize("refs", [(), ("link-2", "case-1")])
def test_a_revocation_of_no_link_is_found(refs: tuple[str, ...]) -> None:
    events = [ANN, BEN, LINK, a_revocation(3, subject_refs=refs)]

    assert found_in(events) == [FindingCode.REVOCATION_WITHOUT_LINK]
