"""What happens to a person or a link between the decision on an answer and its sending."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from domain.access.access import Purpose, Role
from domain.events.requests import DisclosureAcknowledged
from domain.exchange.codes import MessageId, MessageKind, Question, ReplyCode
from domain.exchange.messages import FurtherInformation
from service.cli.context import console_as
from service.storage.tables.links import links
from service.storage.tables.people import conviction_versions
from service.usecases.exchange.asking import Draft, put_in_queue
from service.usecases.exchange.desk import AtDesk
from service.usecases.exchange.receiving import reply_decided
from service.usecases.exchange.sending import Sweep
from service.usecases.people.erasure import finish_erasures
from tests.integration.api.driver import World
from tests.integration.api.erasing import confirmed, erased
from tests.integration.disclosure.restricting import item_restricted, lifted, restricted
from tests.integration.exchange.conftest import Two
from tests.integration.exchange.offices import GBR
from tests.integration.exchange.test_api import Joined, ask, joined, opened, replies
from tests.integration.requests.working import FINE, FOREIGN, add_convictions

__all__ = ["joined"]

QUEUED = pytest.mark.parametrize("is_queued", [False, True])
SUPERVISOR = console_as(Role.SUPERVISOR, Purpose.DELETION)
Enrolled = dict[str, str]


def _person_restricted(world: World, person: Enrolled) -> Callable[[], object]:
    restriction = restricted(world, person["person_id"])
    return lambda: lifted(world, restriction)


def _item_restricted(world: World, person: Enrolled) -> Callable[[], object]:
    with world.services.units.read() as unit:
        item = unit.transaction.connection.execute(select(conviction_versions.c.item_id)).scalar()
    restriction = item_restricted(world, person["record_id"], str(item))
    return lambda: lifted(world, restriction)


def _to_be_erased(world: World, person: Enrolled) -> Callable[[], object]:
    ended = {"basis": "retention period ended", "authority": "ORDER-17"}
    erasure = confirmed(world, person["person_id"], ended)
    return lambda: world.supervisor().post(f"/v1/erasures/{erasure}/call-back")


@QUEUED
@pytest.mark.parametrize("hiding", [_person_restricted, _item_restricted, _to_be_erased])
@pytest.mark.promise("restriction")
def test_an_answer_about_what_is_hidden_waits_until_it_is_shown(
    joined: Joined, hiding: Callable[[World, Enrolled], Callable[[], object]], *, is_queued: bool
) -> None:
    person, asked = _released(joined, is_queued=is_queued)

    show = hiding(joined.world, person)
    _work(joined)
    meanwhile = replies(joined, asked)
    show()
    _work(joined)

    assert meanwhile == []
    assert _told(joined, asked) == [(ReplyCode.SUCCESSFUL, 2)]


def _revoke(world: World, _: Enrolled) -> None:
    with world.services.units.read() as unit:
        link_id = unit.transaction.connection.execute(select(links.c.link_id)).scalar()
    path = f"/v1/links/{link_id}/revocation"
    assert world.supervisor().post(path, {"reason": "Mixed-up forms."}).status_code == 204


def _erase(world: World, person: Enrolled) -> None:
    erased(world, person["person_id"])


@QUEUED
@pytest.mark.parametrize("ending", [_revoke, _erase])
@pytest.mark.promise("erasure")
def test_an_answer_whose_ground_is_gone_tells_nothing_and_is_given_once(
    joined: Joined, ending: Callable[[World, Enrolled], None], *, is_queued: bool
) -> None:
    """The State would otherwise be told of another person, or wait for ever."""
    person, asked = _released(joined, is_queued=is_queued)

    ending(joined.world, person)
    _work(joined)

    assert _told(joined, asked) == [(ReplyCode.DENIED, 0)]
    assert not _arrived(joined.world)


@pytest.mark.promise("erasure")
def test_what_a_state_adds_about_somebody_erased_since_is_not_kept(joined: Joined) -> None:
    person, asked = _released(joined, is_queued=False)
    services, desk = joined.theirs.services, joined.theirs.desk
    said = FurtherInformation(Question.IDENTITY, "Her mother is Jane Doe.", is_answer=True)
    draft = Draft(MessageKind.FURTHER_INFORMATION, (GBR,), said, MessageId(asked))

    def add() -> Sweep:
        with services.units.write() as unit:
            put_in_queue(AtDesk(services, unit, desk), [draft])
            unit.commit()
        return joined.theirs.send()

    before = add()
    restriction = restricted(joined.world, person["person_id"])
    meanwhile = add()
    lifted(joined.world, restriction)
    erased(joined.world, person["person_id"])
    after = add()

    assert [(one.acknowledged, one.faults) for one in (before, meanwhile, after)] == [
        *((1, 0), (1, 0), (0, 1))
    ]
    assert finish_erasures(joined.world.services, SUPERVISOR).payloads == 0


def test_answers_that_wait_are_read_on_either_database(two: Two) -> None:
    with two.ours.services.units.write() as unit:
        assert unit.replies.waiting(1) == ()
        assert unit.outbox.claim(two.theirs.state, two.clock.now, two.clock.now, 1) == ()


def _released(joined: Joined, *, is_queued: bool) -> tuple[Enrolled, str]:
    """Return a person with two convictions, and the request whose answer states these."""
    person = joined.world.enrol(1)
    add_convictions(joined.world, person["record_id"], FINE, FOREIGN)
    asked = ask(joined)
    work = opened(joined)
    case_id = joined.world.case_of(work.search_by_prints(1))
    for examiner in ("examiner-a", "examiner-b"):
        joined.world.examine(case_id, examiner, person_id=person["person_id"])
    work.identify()
    work.release()
    if is_queued:
        assert reply_decided(joined.world.services, joined.desk) == 1
    return person, asked


def _arrived(world: World) -> int:
    """Return how many disclosures the log says have arrived."""
    with world.services.units.read() as unit:
        event = unit.events.latest(DisclosureAcknowledged.event_type)
    return 0 if event is None else 1


def _work(joined: Joined) -> None:
    """Send as a worker does, again and again."""
    for _ in range(3):
        joined.send()


def _told(joined: Joined, asked: str) -> list[tuple[ReplyCode, int]]:
    return [(one.outcome, len(one.convictions)) for one in replies(joined, asked)]
