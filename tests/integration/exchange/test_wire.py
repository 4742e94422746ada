"""Messages between two installations: whatever happens on the way, each counts once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.events.exchange import MessageRefused
from domain.exchange.codes import FaultCode, MessageFaultError, MessageKind, ReplyCode
from domain.exchange.messages import (
    Envelope,
    Fault,
    Message,
    Notification,
    Reply,
    Update,
    read_message,
    write_message,
)
from service.adapters.custody.key_bytes import fresh_signing
from service.channels.exchange.signatures import JwsSignatures
from service.ports.exchange import Head
from service.provenance.canonical import read_event
from service.usecases.exchange.duties import dead_letters, queue_again
from service.usecases.exchange.receiving import receive
from service.usecases.exchange.sending import keep_answers
from tests.integration.exchange.conftest import Two
from tests.integration.exchange.offices import GBR, POL, ROOT, conviction
from tests.integration.exchange.test_duties import queued


def held(
    two: Two, conviction_ref: str = "record-1.conviction-1"
) -> tuple[int, MessageKind] | None:
    with two.theirs.services.units.read() as unit:
        found = unit.inbox.held(GBR, conviction_ref)
    return None if found is None else (found.version, found.kind)


def signed(two: Two, message: Message, **changes: object) -> str:
    head = Head(
        GBR,
        POL,
        two.ours.desk.signatures.key_id(two.ours.public_key),
        two.ours.services.surroundings.new_id(),
        two.clock(),
    )
    body = write_message(message)
    return two.ours.desk.signatures.sign(body, replace(head, **changes))  # type: ignore[arg-type]


def faults(two: Two, *transmissions: str) -> list[FaultCode | None]:
    """Have them receive transmissions; return the fault of each answer, None without one."""
    answers = receive(two.theirs.services, two.theirs.desk, transmissions)
    contents = (
        read_message(two.ours.desk.signatures.opened(one, two.theirs.public_key)).content
        for one in answers
    )
    return [one.fault if isinstance(one, Fault) else None for one in contents]


def first(two: Two) -> Message:
    two.ours.record(1, ("POL", "GBR"), conviction())
    two.ours.survey()
    return queued(two.ours)[0][1]


def refused(two: Two) -> list[FaultCode]:
    with two.theirs.services.units.read() as unit:
        read = [read_event(one.body) for one in unit.events.every()]
    return [
        one.typed_as(MessageRefused).fault
        for one in read
        if one.event_type == MessageRefused.event_type
    ]


@pytest.mark.journey
def test_a_notification_is_taken_and_acknowledged(two: Two) -> None:
    two.ours.record(1, ("POL", "GBR"), conviction())

    sweep = two.ours.work()

    assert (sweep.handed, sweep.acknowledged, sweep.faults) == (1, 1, 0)
    assert held(two) == (1, MessageKind.NOTIFICATION)
    assert two.ours.send().handed == 0


def test_an_answer_that_is_lost_makes_no_second_conviction(two: Two) -> None:
    two.ours.record(1, ("POL",), conviction())
    two.wire.loses_answers = True
    assert two.ours.work().unreachable == (POL,)
    two.wire.loses_answers = False
    two.clock.pass_by(timedelta(hours=2))

    sweep = two.ours.send()

    assert (sweep.acknowledged, held(two)) == (1, (1, MessageKind.NOTIFICATION))
    with two.theirs.services.units.read() as unit:
        assert unit.inbox.newest(GBR, ["record-1.conviction-1"]) == {"record-1.conviction-1": 1}


def test_a_state_that_is_down_for_days_gets_everything_afterwards(two: Two) -> None:
    two.wire.down.add(POL)
    for number in range(1, 8):
        two.ours.record(number, ("POL",), conviction())
        two.ours.work()
        two.clock.pass_by(timedelta(days=1))
    two.wire.down.clear()
    two.clock.pass_by(timedelta(hours=1))

    assert two.ours.work().acknowledged == 7


def test_messages_in_reverse_order_end_in_the_newest_version(two: Two) -> None:
    record = two.ours.record(1, ("POL",), conviction())
    two.ours.survey()
    two.ours.amend(record, ("POL",), conviction(proceedings="T20260001"))
    two.ours.survey()
    two.wire.reverses = True

    assert two.ours.send().acknowledged == 2
    assert held(two) == (2, MessageKind.UPDATE)


def test_a_deletion_that_overtakes_its_notification_leaves_nothing(two: Two) -> None:
    record = two.ours.record(1, ("POL",), conviction())
    two.ours.survey()
    two.ours.amend(record, ("GBR",), conviction())
    two.ours.survey()
    two.wire.reverses = True

    assert two.ours.send().acknowledged == 2
    assert held(two) == (2, MessageKind.DELETION)
    with two.theirs.services.units.read() as unit:
        known = unit.inbox.known([one.message_id for _, one in queued(two.ours)])
    assert sorted(one.body is None for one in known.values()) == [False, True]


def test_a_replayed_transmission_is_refused(two: Two) -> None:
    transmission = signed(two, first(two))

    assert faults(two, transmission) == [None]
    assert faults(two, transmission) == [FaultCode.REPLAYED]
    assert refused(two) == [FaultCode.REPLAYED]


def test_the_same_message_signed_anew_is_acknowledged_alike(two: Two) -> None:
    message = first(two)

    assert faults(two, signed(two, message), signed(two, message)) == [None, None]
    assert refused(two) == []


@pytest.mark.parametrize("off", [timedelta(days=1), timedelta(days=-1)])
def test_a_clock_off_by_a_day_is_refused(two: Two, off: timedelta) -> None:
    late = signed(two, first(two), signed_at=two.clock() + off)

    assert faults(two, late) == [FaultCode.CLOCK_OFF]
    assert held(two) is None


def test_an_id_with_another_content_is_refused(two: Two) -> None:
    message = first(two)
    assert isinstance(message.content, Notification)
    other = replace(message.content.conviction, proceedings="another")
    changed = replace(message, content=replace(message.content, conviction=other))

    assert faults(two, signed(two, message), signed(two, changed)) == [None, FaultCode.ID_TAKEN]


def test_a_version_with_another_content_is_a_conflict_and_the_first_stands(two: Two) -> None:
    message = first(two)
    assert isinstance(message.content, Notification)
    told = message.content.conviction
    again = _renumbered(message, message.content, 77)
    other = replace(message.content, conviction=replace(told, proceedings="another"))
    changed = _renumbered(message, other, 78)

    found = faults(two, signed(two, message), signed(two, again), signed(two, changed))

    assert found == [None, None, FaultCode.CONFLICT]
    with two.theirs.services.units.read() as unit:
        standing = unit.inbox.held(GBR, told.conviction_id)
    assert standing is not None
    assert b"another" not in (standing.body or b"another")
    assert refused(two) == [FaultCode.CONFLICT]


def test_a_conviction_of_a_third_state_is_not_taken_from_another(two: Two) -> None:
    message = first(two)
    assert isinstance(message.content, Notification)
    french = replace(message.content.conviction, country="FRA")
    changed = _renumbered(message, replace(message.content, conviction=french), 79)

    assert faults(two, signed(two, changed)) == [FaultCode.SECOND_HAND]
    assert held(two) is None


def _renumbered(message: Message, content: Notification, number: int) -> Message:
    envelope = replace(message.envelope, message_id=f"GBR-POL-NOT-{number:015d}")
    return Message(envelope, content)


def test_a_key_that_is_not_that_states_is_refused_as_a_whole(two: Two) -> None:
    stranger = JwsSignatures(fresh_signing())
    body = write_message(first(two))
    for key_id, fault in (
        (stranger.key_id(stranger.public_key), FaultCode.UNKNOWN_SENDER),
        (stranger.key_id(two.ours.public_key), FaultCode.BAD_SIGNATURE),
    ):
        forged = stranger.sign(body, Head(GBR, POL, key_id, "once", two.clock()))
        with pytest.raises(MessageFaultError) as caught:
            receive(two.theirs.services, two.theirs.desk, [forged])
        assert caught.value.fault is fault
    assert held(two) is None
    assert refused(two) == [FaultCode.UNKNOWN_SENDER, FaultCode.BAD_SIGNATURE]


def test_what_cannot_be_is_a_fault_and_changes_nothing(two: Two) -> None:
    message = first(two)
    content = message.content
    assert isinstance(content, Notification)
    person, told = content.person, content.conviction
    (offence,) = told.offences
    cases = {
        FaultCode.NOT_A_NATIONAL: replace(
            content, person=replace(person, nationalities=("GBR", "ROU"))
        ),
        FaultCode.IMPOSSIBLE_DATES: replace(content, person=replace(person, born_on="2026-02-21")),
        FaultCode.UNKNOWN_CODE: replace(
            content,
            conviction=replace(
                told,
                offences=(replace(offence, common_table="eu-member-states/1", common_code="XYZ"),),
            ),
        ),
        FaultCode.EXPIRED_CODE: replace(
            content,
            conviction=replace(
                told,
                offences=(replace(offence, common_table="eu-member-states/1", common_code="GBR"),),
            ),
        ),
    }
    for fault, wrong in cases.items():
        assert faults(two, signed(two, replace(message, content=wrong))) == [fault]
    assert held(two) is None
    assert refused(two) == list(cases)
    assert faults(two, signed(two, message)) == [None]


def test_a_reply_to_nobodys_request_is_refused(two: Two) -> None:
    envelope = Envelope(
        "GBR-POL-RRS-000000000000007",
        GBR,
        (POL,),
        two.clock(),
        response_to="POL-GBR-REQ-000000000000001",
    )
    reply = Message(envelope, Reply(ReplyCode.SUCCESSFUL))

    assert faults(two, signed(two, reply)) == [FaultCode.NOBODYS_REQUEST]


def test_an_update_without_its_notification_is_kept_whole(two: Two) -> None:
    message = first(two)
    assert isinstance(message.content, Notification)
    told = replace(message.content.conviction, version=2)
    envelope = replace(message.envelope, message_id="GBR-POL-UPD-000000000000009")
    update = Message(envelope, Update(message.content.person, told))

    assert faults(two, signed(two, update), signed(two, message)) == [None, None]
    assert held(two) == (2, MessageKind.UPDATE)


def test_a_message_that_is_not_of_the_schema_becomes_a_dead_letter(two: Two) -> None:
    two.ours.record(1, ("POL",), conviction())
    two.ours.survey()
    with two.ours.services.units.write() as unit:
        (claimed,) = unit.outbox.claim(POL, two.clock(), two.clock(), 1)
    assert claimed.body is not None
    body = claimed.body.replace(b'"surname"', b'"family_name"')
    head = Head(
        GBR,
        POL,
        two.ours.desk.signatures.key_id(two.ours.public_key),
        "once",
        two.clock(),
    )
    sent = two.ours.desk.signatures.sign(body, head)

    (answer,) = receive(two.theirs.services, two.theirs.desk, [sent])

    told = read_message(two.ours.desk.signatures.opened(answer, two.theirs.public_key))
    assert isinstance(told.content, Fault)
    assert told.content.pointer == "/notification/person/name"
    assert told.envelope.response_to == claimed.message_id
    with two.ours.services.units.write() as unit:
        keep_answers(two.ours.services, unit, POL, [told], two.clock())
        unit.commit()
    (dead,) = dead_letters(two.ours.services)
    assert (dead.message_id, dead.fault) == (claimed.message_id, FaultCode.MALFORMED)
    queue_again(two.ours.services, ROOT, dead.message_id)
    assert two.ours.send().acknowledged == 1
    assert dead_letters(two.ours.services) == ()
