from __future__ import annotations

from dataclasses import replace

import pytest

from domain.errors import LogDamagedError
from domain.events.access import AccountChanged, TokenIssued
from domain.events.catalogue import NewEvent
from domain.events.examination import AnalysisSealed, DecisionSealed, ExemplarShown
from domain.events.links import Disclosed, Linked
from domain.events.people import Enrolled
from service.provenance.bundle.findings import FindingCode
from service.provenance.bundle.state_rows import RowLedger, StateRow, read_row, row_line
from service.provenance.canonical import encode_event, read_event
from tests.unit.service.provenance.builders import a_caller, an_event
from tests.unit.service.provenance.stories import STORY_ROWS, a_decision, a_link, a_story


def found_between(events: list[NewEvent], rows: tuple[StateRow, ...]) -> list[FindingCode]:
    ledger = RowLedger(rows)
    bodies = [read_event(encode_event(event, seq).body) for seq, event in enumerate(events)]
    findings = [finding for body in bodies if (finding := ledger.read(body))]
    return [finding.code for finding in (*findings, *ledger.rest())]


def test_rows_and_events_that_belong_together_are_sound() -> None:
    assert found_between(a_story(), STORY_ROWS) == []


@pytest.mark.parametrize("missing", range(1, 6))
def test_what_leaves_a_row_that_stays_demands_its_row(missing: int) -> None:
    rows = (*STORY_ROWS[:missing], *STORY_ROWS[missing + 1 :])

    assert found_between(a_story(), rows) == [FindingCode.EVENT_WITHOUT_ROW]


def test_an_enrolment_may_have_lost_its_row_to_an_erasure() -> None:
    assert found_between(a_story(), STORY_ROWS[1:]) == []


def test_a_row_put_in_by_hand_has_no_event() -> None:
    forged = StateRow(Linked.event_type, "link-2")

    assert found_between(a_story(), (*STORY_ROWS, forged)) == [FindingCode.ROW_WITHOUT_EVENT]


def test_an_event_of_another_type_does_not_do() -> None:
    rows = (StateRow(Enrolled.event_type, "search-1"),)

    event = an_event(1, event_type=ExemplarShown.event_type)

    assert found_between([event], rows) == [FindingCode.ROW_WITHOUT_EVENT]


def test_a_row_that_names_another_person_is_found() -> None:
    rows = (StateRow(DecisionSealed.event_type, "decision-ann", "joe"),)

    assert found_between([a_decision(0, "ann")], rows) == [FindingCode.ROW_WITHOUT_EVENT]


def test_a_row_may_be_named_by_a_fact() -> None:
    event = a_link(0, facts=(("encounter_id", "encounter-9"),))
    rows = (StateRow(Linked.event_type, "link-1"), StateRow(Linked.event_type, "encounter-9"))

    assert found_between([event], rows) == []


def test_a_row_that_says_something_else_than_its_event_is_found() -> None:
    same = StateRow(DecisionSealed.event_type, "decision-ann", "ann", ("outcome=identified",))
    other = replace(same, says=("outcome=excluded",))

    assert found_between([a_decision(0, "ann")], (same,)) == []
    assert found_between([a_decision(0, "ann")], (other,)) == [
        FindingCode.EVENT_WITHOUT_ROW,
        FindingCode.ROW_WITHOUT_EVENT,
    ]


def test_rows_about_the_same_thing_each_need_their_event() -> None:
    rows = tuple(
        StateRow(AnalysisSealed.event_type, "case-1", examiner) for examiner in ("ann", "ben")
    )
    events = [
        an_event(
            seq,
            event_type=AnalysisSealed.event_type,
            subject_refs=("case-1",),
            caller=a_caller(examiner),
        )
        for seq, examiner in enumerate(("ann", "ben"))
    ]

    assert found_between(events, rows) == []
    assert found_between(events[:1], rows) == [FindingCode.ROW_WITHOUT_EVENT]
    assert found_between(events, rows[:1]) == [FindingCode.EVENT_WITHOUT_ROW]


def test_several_rows_may_have_one_event() -> None:
    rows = (
        StateRow(Linked.event_type, "link-1", says=("candidate-1",)),
        StateRow(Linked.event_type, "link-1", says=("decision-ann",)),
        StateRow(Linked.event_type, "link-1", says=("decision-ben",)),
    )

    assert found_between([a_link(0)], rows) == []


def test_what_was_told_twice_has_one_row() -> None:
    told = [
        an_event(seq, event_type=Disclosed.event_type, subject_refs=("link-1",), facts=())
        for seq in range(2)
    ]

    assert found_between(told, (StateRow(Disclosed.event_type, "link-1"),)) == []
    assert found_between(told, ()) == [FindingCode.EVENT_WITHOUT_ROW] * 2


def issued(number: int, *facts: tuple[str, str | int], ref: str = "token-1") -> NewEvent:
    return an_event(
        number, event_type=TokenIssued.event_type, subject_refs=(ref, "key-1"), facts=facts
    )


def standing(digest: str) -> tuple[StateRow]:
    return (StateRow(TokenIssued.event_type, "token-1", says=("key-1", f"row_sha256={digest}")),)


def test_a_row_stands_as_its_event_says() -> None:
    event = issued(0, ("row_sha256", "aa"))

    assert found_between([event], standing("aa")) == []
    assert found_between([event], standing("bb")) == [FindingCode.ROW_WITHOUT_EVENT]


def test_an_event_of_an_earlier_release_says_nothing_of_how_its_row_stands() -> None:
    assert found_between([issued(0)], standing("aa")) == []


def test_the_last_event_says_how_a_row_stands() -> None:
    changed = an_event(
        1,
        event_type=AccountChanged.event_type,
        subject_refs=("token-1",),
        facts=(("row_sha256", "bb"),),
    )
    events = [issued(0, ("row_sha256", "aa")), changed]

    assert found_between(events, standing("bb")) == []
    assert found_between(events, standing("aa")) == [FindingCode.ROW_WITHOUT_EVENT]


def test_what_is_said_of_another_row_or_by_another_name_does_not_count() -> None:
    other = issued(1, ("row_sha256", "bb"), ref="token-2")
    named = an_event(
        2,
        event_type=Enrolled.event_type,
        subject_refs=("token-1",),
        facts=(("session", "ended"),),
    )
    rows = (*standing("aa"), StateRow(TokenIssued.event_type, "token-2", says=("key-1",)))
    again = StateRow(TokenIssued.event_type, "token-1", says=("session=ended",))
    events = [issued(0, ("row_sha256", "aa")), other, named]

    assert found_between(events, (*rows, again)) == []


@pytest.mark.parametrize(
    "row", [*STORY_ROWS, StateRow(Linked.event_type, "link-1", says=("b", "a=1"))]
)
def test_a_row_is_read_as_it_was_written(row: StateRow) -> None:
    assert read_row(row_line(row)) == row


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"\n",
        b"[]\n",
        b"5\n",
        b'{"actor":"","event_type":"linked"}\n',
        b'{"actor":"","event_type":"linked","ref":"x"}\n',
        b'{"actor":"","event_type":"invented","ref":"x","says":[]}\n',
        b'{"actor":"","event_type":"linked","ref":5,"says":[]}\n',
        b'{"actor":5,"event_type":"linked","ref":"x","says":[]}\n',
        b'{"actor":"", "event_type":"linked","ref":"x","says":[]}\n',
        b'{"actor":"","event_type":"linked","extra":"","ref":"x","says":[]}\n',
        b'{"actor":"","event_type":"linked","ref":["x"],"says":[]}\n',
        b'{"actor":"","event_type":"linked","ref":"x","says":[5]}\n',
        b'{"actor":"","event_type":"linked","ref":"x","says":"y"}\n',
        b'{"actor":"","event_type":"linked","ref":"x","says":5}\n',
        b"\xff\n",
    ],
)
def test_malformed_rows_are_refused(line: bytes) -> None:
    with pytest.raises(LogDamagedError):
        read_row(line)
