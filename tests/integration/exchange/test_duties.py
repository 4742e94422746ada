"""Who is told what: every State of nationality, of every conviction and every change of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlalchemy import select

from domain.exchange.codes import DeletionReason, MessageKind
from domain.exchange.messages import Deletion, Message, Notification, read_message
from domain.ids import ForceCode, PersonId, RecordId, RestrictionId, UserId
from domain.office_days import office_day
from domain.people.convictions import (
    ConvictedOffence,
    Conviction,
    Court,
    DecisionChange,
    InformationSource,
    LaterDecision,
    Sanction,
    SentenceKind,
    Source,
)
from domain.people.items import ItemId
from domain.retention.disclosure import Restriction, RestrictionGround
from service.storage.sealed.payloads import PayloadKind
from service.storage.tables.exchange import exchange_messages
from tests.integration.exchange.conftest import Two
from tests.integration.exchange.offices import Office, conviction

_BEFORE = {
    "recorded_on": None,
    "decided_on": date(2020, 5, 1),
    "offences": (ConvictedOffence("TH68001", "Theft"),),
}
"""Recorded before the exchange began."""


def queued(office: Office) -> list[tuple[str, Message]]:
    """Return the last day in time and the content of every message out, in order."""
    with office.services.units.read() as unit:
        rows = unit.transaction.connection.execute(
            select(exchange_messages).order_by(exchange_messages.c.message_row)
        ).all()
        bodies = unit.transaction.payloads.get_many(
            PayloadKind.MESSAGE, [row.payload_id for row in rows]
        )
    return [(row.due_on, read_message(bodies[row.payload_id])) for row in rows]


def told(office: Office) -> list[tuple[str, str, str]]:
    return [(m.kind.name.lower(), m.receiver, due) for due, m in queued(office)]


def test_another_number_of_the_case_is_no_duty_of_its_own(two: Two) -> None:
    record = two.ours.record(1, ("POL",), conviction())
    two.ours.work()
    two.ours.amend(record, ("POL",), conviction(reference="T20260001", asn="X"))
    two.ours.survey()

    assert len(queued(two.ours)) == 1
    reckoning = two.ours.reconcile()
    assert reckoning.pending == ()


def test_the_example_of_a_person_of_three_nations_without_prints(two: Two) -> None:
    ours = two.ours
    record = ours.record(1, ("GBR", "POL", "ROU"), conviction())
    ours.survey()
    two.clock.turn_to(date(2026, 4, 10))
    changed = conviction(sanctions=(Sanction(SentenceKind.CUSTODY, duration="P2M"),))
    ours.amend(record, ("GBR", "POL", "ROU"), changed)
    ours.survey()
    two.clock.turn_to(date(2026, 6, 1))
    quashed = LaterDecision(
        DecisionChange.QUASHED, date(2026, 5, 28), Court("Court of Appeal"), deletes=True
    )
    ours.amend(record, ("GBR", "POL", "ROU"), replace(changed, decisions=(quashed,)))
    ours.survey()

    assert told(ours) == [
        ("notification", "POL", "2026-03-29"),
        ("notification", "ROU", "2026-03-29"),
        ("update", "POL", "2026-05-07"),
        ("update", "ROU", "2026-05-07"),
        ("deletion", "POL", "2026-06-28"),
        ("deletion", "ROU", "2026-06-28"),
    ]
    message = queued(ours)[0][1]
    assert message.envelope.receivers == ("POL", "ROU")
    assert isinstance(message.content, Notification)
    assert message.content.person.born_on == "1980-05-XX"
    assert message.content.person.nationalities == ("GBR", "POL", "ROU")
    assert not message.content.person.has_prints


def test_a_nationality_that_is_found_later_is_told_then(two: Two) -> None:
    record = two.ours.record(1, ("GBR",), conviction())
    two.ours.survey()
    two.clock.turn_to(date(2026, 12, 24))
    two.ours.amend(record, ("GBR", "POL"), conviction())
    two.ours.survey()

    assert told(two.ours) == [("notification", "POL", "2027-01-20")]


def test_a_nationality_that_was_wrong_is_told_to_delete(two: Two) -> None:
    record = two.ours.record(1, ("POL",), conviction())
    two.ours.survey()
    two.ours.amend(record, ("ROU",), conviction())
    two.ours.survey()

    assert [(kind, state) for kind, state, _ in told(two.ours)] == [
        ("notification", "POL"),
        ("notification", "ROU"),
        ("deletion", "POL"),
    ]
    content = queued(two.ours)[-1][1].content
    assert isinstance(content, Deletion)
    assert content.reason is DeletionReason.WRONG_NATIONALITY


def test_nothing_is_told_to_our_own_state_to_others_or_of_other_states_convictions(
    two: Two,
) -> None:
    two.ours.record(1, ("GBR", "USA"), conviction())
    foreign = Source(InformationSource.OTHER_STATE, "FRA")
    two.ours.record(2, ("POL",), conviction(source=foreign))
    two.ours.record(3, ("POL",), conviction(**_BEFORE))
    two.ours.survey()

    assert told(two.ours) == []


def test_a_version_is_surveyed_once(two: Two) -> None:
    two.ours.record(1, ("POL",), conviction())
    two.ours.survey()
    two.ours.survey()

    assert [kind for kind, _, _ in told(two.ours)] == [MessageKind.NOTIFICATION.name.lower()]


def _restrict(office: Office, record_id: RecordId, *kept: Conviction) -> Restriction:
    """Restrict the second conviction of a record: only `kept` stay."""
    version = office.amend(record_id, ("POL",), *kept)
    restriction = Restriction(
        RestrictionId("restriction-1"),
        PersonId("person-1"),
        RestrictionGround.EVIDENCE,
        ForceCode("01"),
        "A trial is to come.",
        UserId("supervisor-1"),
        office.clock(),
        record_id=record_id,
        item_id=ItemId("conviction-2"),
        version=version,
    )
    with office.services.units.write() as unit:
        unit.restrictions.begin_item(restriction, (restriction.person_id,))
        unit.commit()
    return restriction


def _lift(office: Office, restriction: Restriction) -> None:
    at = office.clock()
    ended = replace(
        restriction, told_on=office_day(at), lifted_by=UserId("supervisor-1"), lifted_at=at
    )
    with office.services.units.write() as unit:
        unit.restrictions.end(ended)
        unit.commit()


def test_a_restricted_conviction_is_told_as_restricted_and_the_others_stand(two: Two) -> None:
    first, second = conviction(), conviction(decided_on=date(2026, 2, 24))
    record = two.ours.record(1, ("POL",), first, second)
    two.ours.work()
    restriction = _restrict(two.ours, record, first)
    two.ours.work()
    while_it_holds = two.ours.reconcile().figures
    _lift(two.ours, restriction)
    two.ours.amend(record, ("POL",), first, second)
    two.ours.work()

    assert [kind for kind, _, _ in told(two.ours)] == [
        *("notification", "notification", "deletion", "notification"),
    ]
    content = queued(two.ours)[2][1].content
    assert content == Deletion("record-1.conviction-2", 2, DeletionReason.RESTRICTED)
    for figures in (while_it_holds, two.ours.reconcile().figures):
        assert (figures.unexpected, figures.doubled, figures.total.pending) == (0, 0, 0)


def test_nothing_of_a_conviction_leaves_that_is_restricted_before_it_was_told(two: Two) -> None:
    first, second = conviction(), conviction(decided_on=date(2026, 2, 24))
    record = two.ours.record(1, ("POL",), first, second)
    two.ours.survey()
    restriction = _restrict(two.ours, record, first)

    two.ours.work()
    left = [one for batch in two.wire.carried for one in batch]
    _lift(two.ours, restriction)
    two.ours.amend(record, ("POL",), first, second)
    two.clock.turn_to(date(2026, 3, 20))
    two.ours.work()

    assert len(left) == 1
    assert len([one for batch in two.wire.carried for one in batch]) == 4
    figures = two.ours.reconcile().figures
    assert (figures.unexpected, figures.doubled, figures.total.pending) == (0, 0, 0)


def test_a_version_that_was_restricted_before_its_survey_is_told_after_it(two: Two) -> None:
    first, second = conviction(), conviction(decided_on=date(2026, 2, 24))
    record = two.ours.record(1, ("POL",), first, second)
    _restrict(two.ours, record, first)

    two.ours.work()

    assert [kind for kind, _, _ in told(two.ours)] == ["notification", "notification", "deletion"]
    assert len([one for batch in two.wire.carried for one in batch]) == 1
    assert two.ours.reconcile().figures.unexpected == 0
