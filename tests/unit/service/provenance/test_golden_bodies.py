"""Bodies that were written before there was a catalogue, written again from their typed events."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.provenance.canonical import EventBody, body_bytes, read_event

GOLDEN = (Path(__file__).parents[3] / "golden" / "event_bodies.ndjson").read_bytes().splitlines()


def again(body: EventBody) -> EventBody:
    told = body.typed()
    facts = tuple(sorted(told.facts))
    return EventBody(
        seq=body.seq,
        event_id=body.event_id,
        event_type=told.event_type,
        at=body.at,
        actor=body.actor,
        on_behalf_of=body.on_behalf_of,
        force=body.force,
        purpose=body.purpose,
        case_id=body.case_id,
        subject_refs=told.subject_refs,
        facts=facts,
        payloads=body.payloads,
    )


@pytest.mark.parametrize("line", GOLDEN, ids=lambda line: read_event(line).event_type)
def test_a_typed_event_is_written_in_the_same_bytes(line: bytes) -> None:
    assert body_bytes(again(read_event(line))) == line
