"""Values for storage tests with sensible defaults; override only the subject of the test."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np

from domain.access.access import Actor, Caller, Purpose, Role, Scope, Token
from domain.events import people
from domain.events.catalogue import NewEvent
from domain.examination.cases import (
    Activity,
    Analysis,
    Case,
    CaseState,
    Comparison,
    Decision,
    DecisionKind,
    Link,
    Outcome,
    Placing,
    PointPair,
)
from domain.ids import (
    CandidateId,
    CaseId,
    DecisionId,
    EncounterId,
    EventId,
    ForceCode,
    LinkId,
    PersonId,
    PersonRow,
    RecordId,
    SearchId,
    TokenId,
    UserId,
)
from domain.people.people import (
    Address,
    ArrestReport,
    Details,
    Disposal,
    DisposalType,
    Nationality,
    Offence,
    PartialDate,
    PersonName,
    Record,
    Sex,
)
from domain.prints.prints import (
    Encounter,
    FingerPosition,
    Impression,
    ImpressionType,
)
from domain.searches.evidence import Band, Evidence, EvidenceRow, EvidenceSource, Flag, RaisedFlag
from domain.searches.searches import Basis, Candidate, Probe, Search, SearchState, SearchType
from indexing.codes.batches import Gallery
from prints.vectors.comparing import unit_vector
from service.storage.examination.cases import Examination
from service.storage.people.encounters import Placement
from service.storage.unit_of_work import UnitOfWork
from tests.formats import FORMAT

NOON = datetime(2025, 3, 14, 12, 0, 0, 123456, tzinfo=UTC)
FORCE = ForceCode("01")
OFFICER = UserId("officer-1")
TEMPLATE = FORMAT.template


def impression(position: int = 2, seed: int = 1, **changes: Any) -> Impression:
    rng = np.random.default_rng([seed, position])
    made = Impression(
        FingerPosition(position),
        ImpressionType.ROLLED,
        70,
        unit_vector(rng.standard_normal(TEMPLATE.dimension), TEMPLATE),
        TEMPLATE,
    )
    return replace(made, **changes)


def mark(seed: int = 9, **changes: Any) -> Impression:
    return impression(0, seed, impression_type=ImpressionType.LATENT, quality=30, **changes)


def tenprint(seed: int = 1, fingers: tuple[int, ...] = tuple(range(1, 11))) -> tuple[Any, ...]:
    return tuple(impression(finger, seed) for finger in fingers)


def details(**changes: Any) -> Details:
    made = Details(
        names=(PersonName("Siân", "O'Neill-Łukasz", "J"), PersonName("Null", "None")),
        dates_of_birth=(PartialDate(1980, 2, 29), PartialDate(None, 3, None)),
        sex=Sex.FEMALE,
        place_of_birth="Llanfair",
        nationalities=(Nationality("GBR"),),
        addresses=(Address("1 High Street", "Leeds", "LS1 1AA"),),
        pnc_ids=("2001/0123456A",),
        cro_numbers=("12345/98T",),
    )
    return replace(made, **changes)


def arrest_report() -> ArrestReport:
    offence = Offence(
        "TH68001",
        "Theft",
        is_recordable=True,
        committed_on=date(2020, 1, 2),
        disposals=(Disposal(DisposalType.CONVICTED, date(2020, 5, 6), "fine"),),
    )
    return ArrestReport("2001AB0000000000001X", FORCE, date(2020, 1, 3), (offence,))


def record(person_id: str = "person-1", record_id: str = "record-1", **changes: Any) -> Record:
    made = Record(RecordId(record_id), PersonId(person_id), FORCE, details(), (arrest_report(),))
    return replace(made, **changes)


def encounter(
    encounter_id: str = "encounter-1", person_id: str = "person-1", **changes: Any
) -> Encounter:
    made = Encounter(EncounterId(encounter_id), PersonId(person_id), FORCE, NOON, tenprint())
    return replace(made, **changes)


def caller(user_id: str = "officer-1", role: Role = Role.FORCE) -> Caller:
    return Caller(Actor(UserId(user_id), role, FORCE, frozenset()), Purpose.ARREST)


def event(event_id: str = "event-1", **changes: Any) -> NewEvent:
    made = NewEvent(EventId(event_id), people.Enrolled.event_type, NOON, caller(), FORCE)
    return replace(made, **changes)


def evidence(**changes: Any) -> Evidence:
    made = Evidence(
        rows=(
            EvidenceRow(EvidenceSource.PRIOR, "gallery", -14.287712379549449, "1 of 20,000"),
            EvidenceRow(EvidenceSource.PRINT, "right index", 0.1 + 0.2, "cosine 0.83"),
        ),
        posterior=0.123456789012345678,
        band=Band.POSSIBLE,
        flags=(RaisedFlag(Flag.POSSIBLE_ALIAS, "names differ"),),
    )
    return made._replace(**changes)


def candidate(
    candidate_id: str = "candidate-1", person_id: str = "person-1", **changes: Any
) -> Candidate:
    made = Candidate(
        CandidateId(candidate_id),
        PersonId(person_id),
        RecordId("record-1"),
        EncounterId("encounter-1"),
        1,
        evidence(),
    )
    return replace(made, **changes)


def basis() -> Basis:
    return Basis("evidence", "3", "ab" * 32, 7, "cd" * 32, "ef" * 32, "0.1.0")


def search(search_id: str = "search-1", **changes: Any) -> Search:
    made = Search(
        search_id=SearchId(search_id),
        search_type=SearchType.TP_TP,
        force=FORCE,
        submitted_by=OFFICER,
        on_behalf_of="pc-77",
        purpose=Purpose.ARREST,
        submitted_at=NOON,
        basis=basis(),
        state=SearchState.EXAMINING,
    )
    return replace(made, **changes)


def probe(seed: int = 1) -> Probe:
    return Probe(tenprint(seed), details())


def case(case_id: str = "case-1", search_id: str = "search-1", **changes: Any) -> Case:
    made = Case(
        CaseId(case_id),
        SearchId(search_id),
        FORCE,
        Activity.TENPRINT_CHECK,
        CaseState.WAITING,
        NOON,
        "revision-1",
        NOON,
    )
    return replace(made, **changes)


def examination(examiner: str = "ann", **changes: Any) -> Examination:
    made = Examination(
        CaseId("case-1"),
        UserId(examiner),
        2**53 - 1,
        (("QXZ", CandidateId("candidate-1")),),
        NOON,
    )
    return replace(made, **changes)


def analysis(examiner: str = "ann", **changes: Any) -> Analysis:
    made = Analysis(CaseId("case-1"), UserId(examiner), True, "clear", NOON)
    return replace(made, **changes)


def comparison(examiner: str = "ann", **changes: Any) -> Comparison:
    made = Comparison(
        CaseId("case-1"),
        UserId(examiner),
        "QXZ",
        CandidateId("candidate-1"),
        Outcome.IDENTIFIED,
        "whorl and delta agree",
        NOON,
        (PointPair(FingerPosition.RIGHT_INDEX, 10, 20, 30, 40, Placing.MOVED, Placing.SNAPPED),),
    )
    return replace(made, **changes)


def decision(decided_by: str = "ann", **changes: Any) -> Decision:
    made = Decision(
        DecisionId(f"decision-{decided_by}"),
        CaseId("case-1"),
        UserId(decided_by),
        DecisionKind.EXAMINATION,
        Outcome.IDENTIFIED,
        CandidateId("candidate-1"),
        "the same source",
        NOON,
        42,
    )
    return replace(made, **changes)


def link(**changes: Any) -> Link:
    made = Link(
        link_id=LinkId("link-1"),
        case_id=CaseId("case-1"),
        search_id=SearchId("search-1"),
        candidate_id=CandidateId("candidate-1"),
        person_id=PersonId("person-1"),
        record_id=RecordId("record-1"),
        encounter_id=EncounterId("encounter-1"),
        force=FORCE,
        decision_ids=(DecisionId("decision-ann"), DecisionId("decision-bob")),
        linked_at=NOON + timedelta(hours=1),
    )
    return replace(made, **changes)


def token(name: str = "token-1", **changes: Any) -> Token:
    made = Token(
        TokenId(name),
        f"sha-of-{name}",
        Actor(OFFICER, Role.FORCE, FORCE, frozenset({Scope.ENROL, Scope.SEARCH})),
        NOON,
        NOON + timedelta(days=1),
    )
    return replace(made, **changes)


@dataclass(frozen=True, slots=True)
class Enrolled:
    """Rows under which a person and a capture were stored."""

    person_row: PersonRow
    encounter_row: int


def enrol(unit: UnitOfWork, number: int = 1, **changes: Any) -> Enrolled:
    """Store person `number` with a record and a capture; `changes` go to the capture."""
    person_id = f"person-{number}"
    row = unit.people.add_person(PersonId(person_id))
    unit.people.put_record(record(person_id, f"record-{number}"))
    made = encounter(f"encounter-{number}", person_id, impressions=tenprint(number))
    stored = unit.encounters.add(replace(made, **changes), Placement(row, Gallery.TENPRINTS, 1980))
    return Enrolled(row, stored)


def open_case(unit: UnitOfWork) -> None:
    """Store person 1, a search that proposes them, and the case of it."""
    enrol(unit)
    unit.searches.add(search(), probe(), [candidate()])
    unit.cases.add(case())


def decide_by_two(unit: UnitOfWork) -> None:
    """Seal two agreeing decisions by two persons on case 1."""
    unit.cases.seal_decision(decision("ann"))
    unit.cases.seal_decision(decision("bob"))
