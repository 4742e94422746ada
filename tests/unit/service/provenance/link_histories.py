"""The history of a link, as input to its view."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from domain.access.access import Purpose
from domain.examination.cases import Decision, DecisionKind, Link, Outcome
from domain.ids import (
    CandidateId,
    CaseId,
    DecisionId,
    EncounterId,
    ForceCode,
    LinkId,
    PersonId,
    RecordId,
    SearchId,
    UserId,
)
from domain.searches.searches import Basis, Search, SearchState, SearchType
from service.provenance.prov_view import LinkHistory
from tests.unit.service.provenance.builders import START

BASIS = Basis(
    model_name="evidence",
    model_version="3",
    model_digest="aa" * 32,
    index_generation=41,
    index_digest="bb" * 32,
    configuration_digest="cc" * 32,
    code_version="0.1.0",
)


def a_sealed(number: int, user: str, **changes: Any) -> Decision:
    fields: dict[str, Any] = {
        "decision_id": DecisionId(f"d{number}"),
        "case_id": CaseId("case-1"),
        "decided_by": UserId(user),
        "kind": DecisionKind.EXAMINATION,
        "outcome": Outcome.IDENTIFIED,
        "candidate_id": CandidateId("cand-1"),
        "reason": "Seven features about Mary Example agree.",
        "sealed_at": START + timedelta(hours=number),
        "shuffle_seed": number,
    }
    return Decision(**(fields | changes))


def a_search(**changes: Any) -> Search:
    fields: dict[str, Any] = {
        "search_id": SearchId("s1"),
        "search_type": SearchType.TP_TP,
        "force": ForceCode("01"),
        "submitted_by": UserId("desk@force.example"),
        "on_behalf_of": "PC-1234",
        "purpose": Purpose.ARREST,
        "submitted_at": START,
        "basis": BASIS,
        "state": SearchState.CONCLUDED,
    }
    return Search(**(fields | changes))


def a_link_made(**changes: Any) -> Link:
    fields: dict[str, Any] = {
        "link_id": LinkId("l1"),
        "case_id": CaseId("case-1"),
        "search_id": SearchId("s1"),
        "candidate_id": CandidateId("cand-1"),
        "person_id": PersonId("p1"),
        "record_id": RecordId("r1"),
        "encounter_id": EncounterId("e1"),
        "force": ForceCode("01"),
        "decision_ids": (DecisionId("d1"), DecisionId("d2")),
        "linked_at": START + timedelta(hours=2),
    }
    return Link(**(fields | changes))


def a_history(**changes: Any) -> LinkHistory:
    fields: dict[str, Any] = {
        "search": a_search(),
        "probe_commitment": "dd" * 32,
        "decisions": (a_sealed(1, "ann"), a_sealed(2, "ben")),
        "link": a_link_made(),
        "event_numbers": (("s1", 10), ("d1", 20), ("d2", 21), ("l1", 22)),
    }
    return LinkHistory(**(fields | changes))


def a_revoked_history() -> LinkHistory:
    revoked = a_link_made(
        revoked_at=START + timedelta(days=9),
        revoked_by=UserId("sue"),
        revocation_reason="The record is of Mary Example's sister.",
    )
    return a_history(link=revoked)
