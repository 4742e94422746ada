from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidInputError, LogDamagedError
from domain.events.catalogue import PayloadRef, event_types, restated
from domain.events.examination import CaseClaimed, PriorityChanged
from domain.examination.cases import Priority
from domain.ids import CaseId
from service.provenance.body_rules import MAX_SAFE_INTEGER, body_fault, plain_fields
from service.provenance.canonical import body_bytes, encode_event, moment, read_event, read_moment
from tests.unit.service.provenance.builders import START, a_caller, an_event

FACTS = st.dictionaries(
    st.from_regex(r"[a-z][a-z0-9_]{0,20}", fullmatch=True),
    st.integers(-MAX_SAFE_INTEGER, MAX_SAFE_INTEGER)
    | st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=40),
    max_size=6,
)
OPAQUE = st.from_regex(r"[A-Za-z0-9._:@/+=-]{1,40}", fullmatch=True)


def fields_of(body: bytes) -> dict[str, Any]:
    fields = json.loads(body)
    assert isinstance(fields, dict)
    return fields


def test_body_is_the_golden_one() -> None:
    payload = PayloadRef(ref="item-1", commitment="ab" * 32)
    event = an_event(3, payloads=(payload,), facts=(("b", 2), ("a", "x")))

    body = encode_event(event, 7).body

    assert body == (
        b'{"actor":"user-1","at":"2026-03-01T09:00:03.000000Z","case_id":"case-1",'
        b'"event_id":"event-3","facts":{"a":"x","b":2},"force":"01","on_behalf_of":"",'
        b'"payloads":[{"payload_commitment":"' + b"ab" * 32 + b'","payload_ref":"item-1"}],'
        b'"purpose":"examination","schema_version":1,"seq":7,"subject_refs":["search-3"],'
        b'"type":"searched"}'
    )


@given(facts=FACTS, refs=st.lists(OPAQUE, max_size=4), seq=st.integers(0, MAX_SAFE_INTEGER))
def test_what_is_written_is_read_back(
    facts: dict[str, str | int], refs: list[str], seq: int
) -> None:
    event = an_event(facts=tuple(facts.items()), subject_refs=tuple(refs))

    logged = encode_event(event, seq)
    body = read_event(logged.body)

    assert dict(body.facts) == facts
    assert body.subject_refs == tuple(refs)
    assert (body.seq, body.at, body.event_type) == (seq, START, event.event_type)
    assert body.actor == "user-1"
    assert body_bytes(body) == logged.body
    assert rfc8785.dumps(fields_of(logged.body)) == logged.body


def test_absent_force_and_case_are_read_back_as_none() -> None:
    body = read_event(encode_event(an_event(force=None, case_id=None), 0).body)

    assert body.force is None
    assert body.case_id is None


def test_a_body_is_read_as_its_type_and_as_no_other() -> None:
    told = PriorityChanged(CaseId("case-1"), Priority.URGENT)
    body = read_event(encode_event(restated(an_event(), told), 0).body)

    assert body.typed() == told
    assert body.typed_as(PriorityChanged).priority is Priority.URGENT
    with pytest.raises(LogDamagedError):
        body.typed_as(CaseClaimed)


@pytest.mark.parametrize(
    "changes",
    [
        {"facts": (("bits", 1.5),)},
        {"facts": (("count", MAX_SAFE_INTEGER + 1),)},
        {"facts": (("flag", True),)},
        {"facts": (("nothing", None),)},
        {"facts": (("Upper", 1),)},
        {"facts": (("text", "caf\u00e9"),)},
        {"facts": (("twice", 1), ("twice", 2))},
        {"subject_refs": ("John Smith",)},
        {"subject_refs": ("",)},
        {"event_id": ""},
        {"caller": a_caller(on_behalf_of="PC John Smith")},
        {"at": datetime(2026, 3, 1)},  # noqa: DTZ001 - a time without a zone is the point
        {"payloads": (PayloadRef("item", "AB" * 32),)},
        {"payloads": (PayloadRef("an item", "ab" * 32),)},
    ],
)
def test_what_a_body_may_not_hold_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(InvalidInputError):
        encode_event(an_event(**changes), 0)


def test_a_negative_number_is_refused() -> None:
    with pytest.raises(InvalidInputError):
        encode_event(an_event(), -1)


@pytest.mark.parametrize(
    "change",
    [
        {"extra": ""},
        {"schema_version": 2},
        {"schema_version": True},
        {"seq": "0"},
        {"seq": True},
        {"seq": -1},
        {"type": "invented"},
        {"type": ["searched"]},
        {"purpose": "curiosity"},
        {"actor": 5},
        {"at": "2026-03-01T09:00:00Z"},
        {"at": "2026-02-30T09:00:00.000000Z"},
        {"facts": []},
        {"facts": {"bits": [1]}},
        {"subject_refs": "x"},
        {"payloads": {}},
        {"payloads": [{"payload_ref": "a"}]},
        {"payloads": ["a"]},
        {"force": None},
    ],
)
def test_a_body_with_a_wrong_field_is_refused(change: dict[str, Any]) -> None:
    fields = fields_of(encode_event(an_event(), 0).body) | change

    with pytest.raises(LogDamagedError):
        read_event(rfc8785.dumps(fields))


@pytest.mark.parametrize("field", sorted(fields_of(encode_event(an_event(), 0).body)))
def test_a_body_without_a_field_is_refused(field: str) -> None:
    fields = fields_of(encode_event(an_event(), 0).body)
    del fields[field]

    with pytest.raises(LogDamagedError, match="lacks a field or has an unknown field"):
        read_event(rfc8785.dumps(fields))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda body: body.replace(b":", b": ", 1),
        lambda body: body.replace(b"{", b'{"actor":"user-1",', 1),
        lambda body: body.replace(b"user-1", b"user\\u002d1"),
        lambda body: body.replace(b":20}", b":20.0}"),
        lambda body: body.replace(b":20}", b":NaN}"),
        lambda body: body.replace(b":20}", b":2e1}"),
        lambda body: body + b"\n",
        lambda body: body[:-1],
        lambda body: b"[" + body + b"]",
        lambda body: b"\xff" + body,
        lambda body: b"[" * 100_000,
        lambda body: b"",
    ],
)
def test_another_spelling_is_refused(spoil: Any) -> None:
    body = encode_event(an_event(), 0).body

    with pytest.raises(LogDamagedError):
        read_event(spoil(body))


@given(st.datetimes(timezones=st.just(UTC)), st.integers(-720, 720))
def test_text_order_is_time_order_in_any_zone(at: datetime, minutes: int) -> None:
    if not datetime(2, 1, 1, tzinfo=UTC) < at < datetime(9998, 1, 1, tzinfo=UTC):
        return
    later = at + timedelta(microseconds=1)
    zone = timezone(timedelta(minutes=minutes))

    assert moment(at) == moment(at.astimezone(zone))
    assert moment(at) < moment(later)
    assert read_moment(moment(at)) == at


@pytest.mark.parametrize("text", ["2026-03-01", "2026-03-01T09:00:00.000000+00:00", "now"])
def test_a_time_has_one_spelling(text: str) -> None:
    with pytest.raises(LogDamagedError):
        read_moment(text)


def test_every_event_type_has_a_body() -> None:
    for event_type in event_types():
        logged = encode_event(an_event(event_type=event_type), 0)
        assert read_event(logged.body).event_type == event_type


@given(facts=FACTS, refs=st.lists(OPAQUE, max_size=3), seq=st.integers(0, MAX_SAFE_INTEGER))
def test_the_pattern_reads_a_body_as_the_rules_do(
    facts: dict[str, str | int], refs: list[str], seq: int
) -> None:
    payload = PayloadRef(ref="item-1", commitment="ab" * 32)
    event = an_event(facts=tuple(facts.items()), subject_refs=tuple(refs), payloads=(payload,))
    body = encode_event(event, seq).body

    plain = plain_fields(body.decode())

    assert plain is None or plain == json.loads(body)
    is_common = seq < 10**15 and all(_is_common(value) for value in facts.values())
    assert (plain is not None) == is_common


def _is_common(value: str | int) -> bool:
    return abs(value) < 10**15 if isinstance(value, int) else not {'"', "\\"} & set(value)


@given(data=st.data())
def test_the_pattern_takes_nothing_that_the_rules_refuse(data: st.DataObject) -> None:
    """One character of a body is replaced, doubled, dropped, or moved."""
    event = an_event(3, facts=(("b", 2), ("a", "x")), subject_refs=("one", "two"))
    text = encode_event(event, 7).body.decode()
    place = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(
        st.sampled_from([*text, "", "\\", "\n", "é", "00", "-0", "1e3", text[place:]])
    )
    changed = text[:place] + other + text[place + data.draw(st.integers(0, 2)) :]

    plain = plain_fields(changed)

    if plain is not None:
        assert body_fault(plain) == ""
        assert rfc8785.dumps(plain) == changed.encode()
