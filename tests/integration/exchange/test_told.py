"""Convictions of other States: they wait, stand on a record by two people, change and go."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import pytest

from domain.access.access import ROLE_SCOPES, Actor, Caller, Purpose, Role
from domain.agencies.matters import WAITING, Matter, MatterSource, MatterState
from domain.errors import ConflictError, SelfVerificationError
from domain.exchange.codes import FaultCode
from domain.exchange.messages import Update
from domain.ids import ForceCode, PersonId, UserId
from domain.people.convictions import Conviction
from service.usecases.agencies.deciding import (
    AnswerProposal,
    AttachMatter,
    ReturnMatter,
    answer_proposal,
    attach_matter,
    return_matter,
)
from service.usecases.services import Services
from tests.beside import begun
from tests.integration.exchange.conftest import Two
from tests.integration.exchange.telling import CONVICTION, PERSON, Teller, deletion, notice

pytestmark = pytest.mark.promise("records")


@pytest.fixture
def poland(two: Two) -> Teller:
    return Teller(two.theirs, two.ours.services, two.ours.desk)


def matters(teller: Teller) -> list[Matter]:
    """Return every version that was told of the conviction, oldest first."""
    with teller.services.units.read() as unit:
        return list(unit.matters.under(MatterSource.STATE, "POL/"))


def states(teller: Teller) -> list[str]:
    return [one.state.value for one in matters(teller)]


def update(**changes: Any) -> Update:
    told = notice(**changes)
    return Update(told.person, told.conviction)


def _officer(name: str) -> Caller:
    scopes = ROLE_SCOPES[Role.CASE_OFFICER]
    actor = Actor(UserId(name), Role.CASE_OFFICER, ForceCode("89"), scopes)
    return Caller(actor, Purpose.RECORD_MANAGEMENT)


def attach(two: Two, teller: Teller, record_id: Any, version: int = 1) -> None:
    """Have two people attach the newest version that waits."""
    services = cast("Services", teller.services)
    matter = next(one for one in reversed(matters(teller)) if one.state in WAITING)
    first, at = _officer("officer-a"), matter.last.number
    attach_matter(
        services, AttachMatter(first, matter.matter_id, at, record_id, version, (), "By the name.")
    )
    answer_proposal(
        services, AnswerProposal(_officer("officer-b"), matter.matter_id, at + 1, agrees=True)
    )


def convictions(two: Two, record_id: Any) -> list[Conviction]:
    with two.ours.services.units.read() as unit:
        head = next(one for one in unit.records.versions(record_id) if one.is_live)
        version = unit.records.version(record_id, head.version)
    assert version is not None
    return [one.value for one in version.items.held if isinstance(one.value, Conviction)]


def test_what_was_told_waits_once_and_a_later_version_waits_in_its_place(poland: Teller) -> None:
    assert poland.tell(notice(), notice()) == [None, None]
    assert states(poland) == ["doubtful"]

    poland.tell(update(version=2, reference="II K 13/25"))
    assert states(poland) == ["replaced", "doubtful"]
    assert [one.told is None for one in matters(poland)] == [True, False]

    poland.tell(deletion(3), notice())
    assert states(poland) == ["replaced", "replaced"]
    assert all(one.told is None for one in matters(poland))


def test_a_conviction_that_two_attached_follows_what_its_state_tells(
    two: Two, poland: Teller
) -> None:
    record_id = two.ours.record(1, ("GBR",))
    poland.tell(notice())
    attach(two, poland, record_id)
    (first,) = convictions(two, record_id)
    assert (first.source.name, first.reference) == ("POL", CONVICTION.reference)

    assert poland.tell(update(version=2, reference="II K 13/25")) == [None]
    assert [one.reference for one in convictions(two, record_id)] == ["II K 13/25"]
    assert states(poland) == ["replaced", "attached"]
    assert poland.tell(notice(), notice(version=2, reference="II K 13/25")) == [None, None]
    assert poland.tell(notice(version=2), notice(reference="II K 14/25")) == [
        *(FaultCode.CONFLICT, FaultCode.CONFLICT)
    ]
    assert [one.reference for one in convictions(two, record_id)] == ["II K 13/25"]

    assert poland.tell(deletion(3), update(version=2, reference="II K 13/25")) == [None, None]
    assert convictions(two, record_id) == []
    assert states(poland)[:2] == ["replaced", "no longer kept"]
    assert [one.told for one in matters(poland)[:2]] == [None, None]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("content", [update(version=2, reference="II K 13/25"), deletion(3)])
def test_what_is_told_of_a_person_while_they_are_erased_waits_for_that(
    two: Two, poland: Teller, content: Any
) -> None:
    """Else each would wait for what the other has locked: the person, and the log."""
    record_id = two.ours.record(1, ("GBR",))
    poland.tell(notice())
    attach(two, poland, record_id)

    with poland.services.units.write() as unit:
        unit.people.erase_person(PersonId("person-1"))
        with begun(poland.services.units, lambda: poland.tell(content)) as faults:
            unit.commit()

    assert faults.result() == [None]
    assert matters(poland)[0].told is None


def test_an_update_about_somebody_else_waits_and_changes_nothing(two: Two, poland: Teller) -> None:
    record_id = two.ours.record(1, ("GBR",))
    poland.tell(notice())
    attach(two, poland, record_id)

    poland.tell(update(version=2, person=replace(PERSON, born_on="1980-08-17")))

    assert states(poland) == ["attached", "doubtful"]
    assert len(convictions(two, record_id)) == 1


def test_an_update_or_deletion_of_a_person_erased_since_is_taken_without_them(
    two: Two, poland: Teller
) -> None:
    record_id = two.ours.record(1, ("GBR",))
    poland.tell(notice())
    attach(two, poland, record_id)
    with poland.services.units.write() as unit:
        unit.people.erase_person(PersonId("person-1"))
        unit.commit()
    assert matters(poland)[0].told is None
    with poland.services.units.read() as unit:
        told = unit.inbox.of_version(two.theirs.state, CONVICTION.conviction_id, 1)
    assert [one.body for one in told] == [None]

    assert poland.tell(update(version=2), deletion(3)) == [None, None]
    assert all(one.told is None for one in matters(poland))


def test_a_released_content_corrects_the_first_and_never_doubles_it(
    two: Two, poland: Teller
) -> None:
    record_id = two.ours.record(1, ("GBR",))
    poland.tell(notice())
    attach(two, poland, record_id)
    poland.tell(notice(reference="II K 99/25"))
    assert states(poland) == ["attached", "quarantined"]

    attach(two, poland, record_id, version=2)

    assert [one.reference for one in convictions(two, record_id)] == ["II K 99/25"]
    assert states(poland) == ["replaced", "attached"]


def test_what_two_people_refused_is_a_conflict_when_it_comes_again(
    two: Two, poland: Teller
) -> None:
    record_id = two.ours.record(1, ("GBR",))
    poland.tell(notice())
    attach(two, poland, record_id)
    other = notice(reference="II K 99/25")
    assert poland.tell(other) == [FaultCode.CONFLICT]
    services, matter_id = cast("Services", poland.services), matters(poland)[-1].matter_id
    return_matter(services, ReturnMatter(_officer("officer-a"), matter_id, 1, "Not so."))
    answer_proposal(services, AnswerProposal(_officer("officer-b"), matter_id, 2, agrees=True))

    assert poland.tell(other, notice()) == [FaultCode.CONFLICT, None]
    assert states(poland) == ["attached", "sent back"]


def test_nobody_attaches_alone_and_no_earlier_version_comes_after_a_later_one(
    two: Two, poland: Teller
) -> None:
    record_id = two.ours.record(1, ("GBR",))
    poland.tell(notice(), notice(reference="II K 99/25"))
    services = cast("Services", poland.services)
    first, apart = matters(poland)[0], matters(poland)[1]
    if first.state is not MatterState.DOUBTFUL:
        first, apart = apart, first
    officer, other = _officer("officer-a"), _officer("officer-b")
    asked = AttachMatter(officer, first.matter_id, 1, record_id, 1, (), "By the name.")
    attach_matter(services, asked)
    with pytest.raises(SelfVerificationError):
        answer_proposal(services, AnswerProposal(officer, first.matter_id, 2, agrees=True))
    assert convictions(two, record_id) == []
    answer_proposal(services, AnswerProposal(other, first.matter_id, 2, agrees=True))
    poland.tell(update(version=2))

    late = AttachMatter(officer, apart.matter_id, 1, record_id, 3, (), "They wrote so.")
    with pytest.raises(ConflictError):
        attach_matter(services, late)
    assert [one.reference for one in convictions(two, record_id)] == [CONVICTION.reference]
