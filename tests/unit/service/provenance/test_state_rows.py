from __future__ import annotations

import pytest

from domain.errors import LogDamagedError
from domain.events import EventType, NewEvent
from service.provenance.canonical import encode_event, read_event
from service.provenance.findings import FindingCode
from service.provenance.state_rows import RowLedger, StateRow, read_row, row_line
from tests.unit.service.provenance.builders import an_event
from tests.unit.service.provenance.stories import STORY_ROWS, a_decision, a_link, a_story


def found_between(events: list[NewEvent], rows: tuple[StateRow, ...]) -> list[FindingCode]:
    ledger = RowLedger(rows)
    bodies = [read_event(encode_event(event, seq).body) for seq, event in enumerate(events)]
    findings = [finding for body in bodies if (finding := ledger.read(body))]
    return [finding.code for finding in (*findings, *ledger.rest())]


def test_rows_and_events_that_belong_together_are_sound() -> None:
    assert found_between(a_story(), STORY_ROWS) == []


@pytest.mark.parametrize("missing", range(2, 6))
def test_a_decision_link_or_revocation_demands_its_row(missing: int) -> None:
    rows = (*STORY_ROWS[:missing], *STORY_ROWS[missing + 1 :])

    assert found_between(a_story(), rows) == [FindingCode.EVENT_WITHOUT_ROW]


def test_an_enrolment_may_have_lost_its_row_to_an_erasure() -> None:
    assert found_between(a_story(), STORY_ROWS[1:]) == []


def test_a_row_put_in_by_hand_has_no_event() -> None:
    forged = StateRow(EventType.LINKED, "link-2")

    assert found_between(a_story(), (*STORY_ROWS, forged)) == [FindingCode.ROW_WITHOUT_EVENT]


def test_an_event_of_another_type_does_not_do() -> None:
    rows = (StateRow(EventType.ENROLLED, "search-1"),)

    assert found_between([an_event(1)], rows) == [FindingCode.ROW_WITHOUT_EVENT]


def test_a_row_that_names_another_person_is_found() -> None:
    rows = (StateRow(EventType.DECISION_SEALED, "decision-ann", "joe"),)

    assert found_between([a_decision(0, "ann")], rows) == [FindingCode.ROW_WITHOUT_EVENT]


def test_a_row_may_be_named_by_a_fact() -> None:
    event = a_link(0, facts=(("encounter_id", "encounter-9"),))
    rows = (StateRow(EventType.LINKED, "link-1"), StateRow(EventType.LINKED, "encounter-9"))

    assert found_between([event], rows) == []


@pytest.mark.parametrize("row", STORY_ROWS)
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
        b'{"actor":"","event_type":"invented","ref":"x"}\n',
        b'{"actor":"","event_type":"linked","ref":5}\n',
        b'{"actor":5,"event_type":"linked","ref":"x"}\n',
        b'{"actor":"", "event_type":"linked","ref":"x"}\n',
        b'{"actor":"","event_type":"linked","extra":"","ref":"x"}\n',
        b'{"actor":"","event_type":"linked","ref":["x"]}\n',
        b"\xff\n",
    ],
)
def test_malformed_rows_are_refused(line: bytes) -> None:
    with pytest.raises(LogDamagedError):
        read_row(line)
