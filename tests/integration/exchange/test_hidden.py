"""A person hidden until an erasure, or restricted: nothing leaves, and no duty is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.exchange.codes import MessageKind
from domain.ids import ErasureId, ForceCode, PersonId, RecordId, RestrictionId, UserId
from domain.office_days import office_day
from domain.retention.disclosure import Restriction, RestrictionGround
from domain.retention.erasures import Erasure, ErasureBasis, ErasureEnd
from service.usecases.exchange.duties import tell_erased
from tests.integration.exchange.conftest import Two
from tests.integration.exchange.offices import Office, conviction

pytestmark = pytest.mark.promise("restriction")

PERSON = PersonId("person-1")


class Waiting:
    """An erasure of the person that was confirmed and waits."""

    def __init__(self, office: Office) -> None:
        self.office = office
        now = office.clock.now
        self.erasure = Erasure(
            ErasureId("erasure-1"),
            PERSON,
            ErasureBasis.RETENTION_ENDED,
            "order-8",
            "",
            asked_by=UserId("sue"),
            asked_at=now,
        )
        confirmed = replace(
            self.erasure,
            confirmed_by=UserId("tom"),
            confirmed_at=now,
            due_at=now + timedelta(days=3),
        )
        with office.services.units.write() as unit:
            unit.erasures.ask(self.erasure)
            unit.erasures.confirm(confirmed, [PERSON])
            unit.commit()

    def ends(self) -> None:
        self._end(ErasureEnd.CALLED_BACK)

    def _end(self, outcome: ErasureEnd) -> None:
        ended = replace(
            self.erasure,
            outcome=outcome,
            ended_by=UserId("tom"),
            ended_at=self.office.clock.now,
        )
        with self.office.services.units.write() as unit:
            unit.erasures.end(ended)
            if outcome is ErasureEnd.CARRIED_OUT:
                unit.people.erase_person(PERSON)
            else:
                unit.erasures.show_people(self.erasure.erasure_id)
            unit.commit()

    def carried_out(self) -> None:
        self._end(ErasureEnd.CARRIED_OUT)


class Restricted:
    """A restriction of the person."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.restriction = Restriction(
            RestrictionId("restriction-1"),
            PERSON,
            RestrictionGround.EVIDENCE,
            ForceCode("01"),
            "The trial of another is to come.",
            begun_by=UserId("sue"),
            begun_at=office.clock.now,
        )
        with office.services.units.write() as unit:
            unit.restrictions.begin(self.restriction, (PERSON,))
            unit.commit()

    def ends(self) -> None:
        now = self.office.clock.now
        ended = replace(
            self.restriction, told_on=office_day(now), lifted_by=UserId("tom"), lifted_at=now
        )
        with self.office.services.units.write() as unit:
            unit.restrictions.end(ended)
            unit.commit()


@pytest.mark.parametrize("hiding", [Waiting, Restricted])
@pytest.mark.parametrize("is_queued", [False, True])
def test_what_is_due_about_a_hidden_person_is_told_once_they_are_shown_again(
    two: Two, hiding: type[Waiting] | type[Restricted], *, is_queued: bool
) -> None:
    ours = two.ours
    record = ours.record(1, ("POL",), conviction())
    if is_queued:
        ours.survey()
    hidden = hiding(ours)

    meanwhile = ours.work()
    # Other records are surveyed, and more than a day passes.
    ours.record(2, ("USA",), conviction())
    ours.work()
    two.clock.turn_to(date(2026, 3, 5))
    ours.record(3, ("USA",), conviction())
    ours.work()
    hidden.ends()
    ours.work()

    assert (meanwhile.handed, _held(two, record)) == (0, MessageKind.NOTIFICATION)
    assert ours.reconcile().figures.total.pending == 0


def test_a_deletion_that_waits_to_be_sent_outlives_the_erasure(two: Two) -> None:
    ours = two.ours
    record = ours.record(1, ("POL",), conviction())
    ours.work()
    ours.amend(record, ("POL",))
    ours.survey()

    hidden = Waiting(ours)
    meanwhile = ours.work()
    hidden.carried_out()
    tell_erased(ours.services, ours.desk)
    ours.work()

    assert (meanwhile.handed, _held(two, record)) == (0, MessageKind.DELETION)
    assert ours.reconcile().figures.total.pending == 0


def _held(two: Two, record: RecordId) -> MessageKind | None:
    """Return the kind of the last message about a conviction that the other State has."""
    with two.theirs.services.units.read() as unit:
        held = unit.inbox.held(two.ours.state, f"{record}.conviction-1")
    return None if held is None else held.kind
