from __future__ import annotations

from datetime import UTC, datetime

import pytest

from domain.access.access import Role
from domain.errors import LogDamagedError
from domain.events.access import AccountAdded, SignedIn, TokenIssued
from domain.events.catalogue import AREAS, KINDS, kind_of, looks, parse, topics, webhooks
from domain.events.declaring import DECLARED, STANDING_FACTS, Event, Subject, Webhook, event
from domain.events.examination import (
    AnalysisSealed,
    ControlInserted,
    DecisionSealed,
    ExemplarShown,
)
from domain.events.links import Linked, LinkRevoked
from domain.events.log import LogSearched
from domain.events.messages import WebhookAdded
from domain.events.people import Enrolled, Erased, GalleryCaseOpened, PersonsMerged
from domain.events.rows import Row
from domain.events.searches import Searched
from domain.forces import NO_FORCE
from domain.ids import EventType, Topic
from domain.people.disputes import GalleryDoubt
from domain.searches.searches import SearchType

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)

TYPED: list[tuple[Event, tuple[str, ...], dict[str, str | int]]] = [
    (AnalysisSealed("case-1", of_value=True), ("case-1",), {"of_value": "yes"}),
    (AnalysisSealed("case-1", of_value=False), ("case-1",), {"of_value": "no"}),
    (Enrolled("e-1", "p-1", "r-1", fingers=10), ("e-1", "p-1", "r-1"), {"fingers": 10}),
    (Enrolled("e-1", "p-1", fingers=10), ("e-1", "p-1"), {"fingers": 10}),
    (ExemplarShown("case-1", ("a", "b")), ("case-1", "a", "b"), {}),
    (
        Linked("l", "c", ("d", "e"), "s", "p", record_id=None, encounter_id="x"),
        ("l", "c", "d", "e"),
        {"search_id": "s", "person_id": "p", "record_id": "", "encounter_id": "x"},
    ),
    (
        GalleryCaseOpened("g", ("p",), ("e", "f"), GalleryDoubt.SWAPPED_FINGERS),
        ("g", "p", "e", "f"),
        {"doubt": "swapped-fingers"},
    ),
    (
        PersonsMerged("m", "a", "b", moved=(), captures=0, undoes=None),
        ("m", "a", "b"),
        {"captures": 0, "undoes": ""},
    ),
    (
        LogSearched(found=3, asked_since=NOON),
        (),
        {"found": 3, "asked_since": "2026-03-01T12:00:00+00:00"},
    ),
]


@pytest.mark.parametrize(("told", "refs", "facts"), TYPED)
def test_a_typed_event_becomes_text_and_comes_back(
    told: Event, refs: tuple[str, ...], facts: dict[str, str | int]
) -> None:
    assert (told.subject_refs, dict(told.facts)) == (refs, facts)
    assert all(type(value) in (str, int) for value in facts.values())
    assert parse(told.event_type, refs, tuple(facts.items())) == told


OLD: list[tuple[Event, tuple[str, ...], dict[str, str | int]]] = [
    (
        Searched("s", SearchType.TP_TP, 3, "m", "c", follows="case", fingers=10),
        ("s", "case"),
        {
            "search_type": "TP/TP",
            "candidates": 3,
            "model_digest": "m",
            "configuration_digest": "c",
            "fingers": 10,
        },
    ),
    (Erased(("p",), "court order", "7"), ("p",), {"basis": "court order", "authority": "7"}),
    (Erased(("p",), "a", "b", items=None), ("p",), {"basis": "a", "authority": "b"}),
    (ControlInserted("s", "c"), ("s", "c"), {}),
    (LinkRevoked("l", "c"), ("l", "c"), {}),
    (SignedIn(), (), {}),
    (SignedIn(by="password"), (), {"by": "password"}),
    (TokenIssued("t", Role.AUDITOR, "u"), ("t",), {"role": "auditor", "user": "u"}),
    (AccountAdded("u", Role.FORCE), ("u",), {"role": "force"}),
    (WebhookAdded("w"), ("w",), {}),
]


@pytest.mark.parametrize(("told", "refs", "facts"), OLD)
def test_an_event_of_an_earlier_release_is_read(
    told: Event, refs: tuple[str, ...], facts: dict[str, str | int]
) -> None:
    assert parse(told.event_type, refs, tuple(facts.items())) == told


def test_what_a_later_release_says_beyond_the_declaration_is_passed_over() -> None:
    read = parse(LinkRevoked.event_type, ("l", "c", "later"), (("notices", 2), ("later", "x")))

    assert read == LinkRevoked("l", "c", notices=2)


@pytest.mark.parametrize(
    ("kind", "refs", "facts"),
    [
        (LinkRevoked, ("l",), {}),
        (LinkRevoked, (), {}),
        (LinkRevoked, ("l", "c"), {"notices": "two"}),
        (AnalysisSealed, ("c",), {}),
        (AnalysisSealed, ("c",), {"of_value": "perhaps"}),
        (AnalysisSealed, ("c",), {"of_value": 1}),
        (DecisionSealed, ("d", "c"), {"kind": "x", "outcome": "identified", "shuffle_seed": 1}),
        (GalleryCaseOpened, ("g", "p"), {"doubt": "swapped-fingers"}),
    ],
)
def test_an_event_that_lacks_what_its_type_states_is_damaged(
    kind: type[Event], refs: tuple[str, ...], facts: dict[str, str | int]
) -> None:
    with pytest.raises(LogDamagedError):
        parse(kind.event_type, refs, tuple(facts.items()))


def test_a_type_that_is_not_declared_is_unknown() -> None:
    with pytest.raises(LogDamagedError):
        kind_of(EventType("never-declared"))


def _declared(name: str, **named: object) -> None:
    class Declared(Event):
        """Something happened."""

        ref: Subject[str]

    event(name, **named)(Declared)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "named"),
    [
        ("searched", {}),
        ("new", {"rows": (Row("table", key="ref", says=("absent",)),)}),
        ("new", {"rows": (Row("table", key="ref", counts=("absent", "other")),)}),
        ("new", {"webhook": Webhook(Topic("new"), names="absent")}),
    ],
)
def test_a_declaration_that_contradicts_itself_is_refused(
    name: str, named: dict[str, object]
) -> None:
    before = dict(DECLARED)

    with pytest.raises(TypeError):
        _declared(name, **named)

    assert before == DECLARED


def test_a_field_that_is_no_code_is_refused() -> None:
    class Measured(Event):
        """Something was measured."""

        bits: float

    with pytest.raises(TypeError):
        event("measured")(Measured)


def test_every_area_declares_events_and_every_sentence_is_one() -> None:
    areas = {kind.__module__ for kind in KINDS.values()}

    assert areas == {area.__name__ for area in AREAS}
    for kind in KINDS.values():
        assert kind.declared.sentence.endswith("."), kind
        assert kind.declared.sentence[0].isupper(), kind


def test_what_follows_from_the_declarations() -> None:
    standing = {"row_sha256", "subject_commitment", "session", "capture_found", "batch_line"}
    assert standing == STANDING_FACTS
    assert topics() == {
        "batch.finished": "batch_id",
        "link.revoked": "link_id",
        "search.concluded": "search_id",
    }
    assert looks() == {
        "record-read",
        "restricted-evidence-read",
        "searched",
        "evidence-unmasked",
        "disclosed",
        "log-searched",
        "exemplar-shown",
        "looked",
        "court-bundle-made",
        "log-export-begun",
        "backup-begun",
        "information-sent",
        "certificate-issued",
    }
    # All messages of one topic carry the same id.
    for webhook in webhooks().values():
        assert topics()[webhook.topic] == webhook.names
    assert ControlInserted.declared.rows[0].when == ("force", NO_FORCE)
