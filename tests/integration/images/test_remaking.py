"""Templates made again from pictures: side by side, resumed, switched to; replays stay exact."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from sqlalchemy import func, select

from domain.errors import ConflictError, UnreadablePrintError
from domain.ids import EncounterId, LinkId, SearchId
from domain.prints.prints import PrintTool
from prints.minutiae.iso19794_2 import MinutiaeView
from service.cli.context import CONSOLE
from service.ports.print_reading import MinutiaeFinder, ReadPrint
from service.provenance.bundle.bundle import TrustedKeys
from service.storage.tables.people import encounters, payloads, remade_minutiae, remade_templates
from service.usecases.log.verification import verify_store
from service.usecases.people.remaking import (
    remake_state,
    remake_templates,
    switch_templates,
    tools_of,
)
from service.usecases.services import Services
from tests.integration.api.driver import World
from tests.integration.api.erasing import erased
from tests.integration.disclosure.restricting import lifted, restricted
from tests.integration.images.test_files import enrol, ranked, send, some_fingers
from tests.integration.provenance.busy import confirm, proposed
from tests.integration.replaying import replayed_in_both_ways
from tests.integration.web.driver import Office


class OtherFinder:
    """Another extractor: it finds the minutiae of the first, but for every fourth."""

    def __init__(self, first: MinutiaeFinder, *, fails_after: int = 10**6) -> None:
        self._first = first
        self._left = fails_after

    @property
    def tools(self) -> tuple[PrintTool, ...]:
        return (PrintTool("other", "2", "ab" * 32), *self._first.tools[1:])

    def find(self, taken: ReadPrint) -> MinutiaeView:
        if not self._left:
            raise KeyboardInterrupt
        self._left -= 1
        found = self._first.find(taken)
        kept = tuple(one for at, one in enumerate(found.minutiae) if at % 4)
        return replace(found, minutiae=kept)


class BlindFinder(OtherFinder):
    """An extractor that finds nothing in right index fingers."""

    def find(self, taken: ReadPrint) -> MinutiaeView:
        if int(taken.position) == 2:
            raise UnreadablePrintError(
                "No minutiae were found in the image: send an image of a print."
            )
        return super().find(taken)


class CostlyFinder(OtherFinder):
    """An extractor that uses up its processor time."""

    def find(self, taken: ReadPrint) -> MinutiaeView:
        error = UnreadablePrintError("The file took too long to read.")
        error.is_costly = True
        raise error


def with_finder(services: Services, finder: Any) -> Services:
    return replace(services, prints=replace(services.prints, finder=finder))


@pytest.fixture
def world(either_office: Office, found_once: None) -> World:
    return either_office.world


def linked(world: World) -> tuple[str, str, LinkId]:
    """Enrol two people, search with one and link; return capture, search and link."""
    enrolled = [enrol(world, person) for person in (1, 2)]
    search_id = searched(world)
    for examiner in ("examiner-a", "examiner-b"):
        case_id = world.case_of(search_id)
        answer = world.examine(case_id, examiner, person_id=enrolled[0]["person_id"])
        assert answer.status_code == 201, answer.text
    link = world.force().get(f"/v1/searches/{search_id}").json()["link"]
    return enrolled[0]["encounter_id"], search_id, LinkId(link["link_id"])


def searched(world: World) -> str:
    capture = some_fingers(1, "plain", 1)
    answer = send(world.force(), "/v1/searches", {"search_type": "TP/TP"}, file=capture)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["search_id"])


def vector_of(services: Services, encounter_id: str) -> Any:
    with services.units.read() as unit:
        encounter = unit.encounters.get(EncounterId(encounter_id))
    assert encounter is not None
    return encounter.impressions[0].vector


def minutiae_of(services: Services, encounter_id: str, **at: int) -> int:
    one = EncounterId(encounter_id)
    with services.units.read() as unit:
        return len(unit.minutiae.of_encounters([one], **at)[one][0].minutiae)


def merged(world: World, surviving: str, absorbed: str) -> str:
    """Merge two people and return the id of the newest capture, which moved."""
    body = {"surviving": surviving, "absorbed": absorbed, "reason": "One set of prints."}
    confirm(world, proposed(world, "/v1/merges", body))
    with world.services.units.read() as unit:
        newest = select(encounters.c.encounter_id).order_by(encounters.c.encounter_row.desc())
        return str(unit.transaction.connection.execute(newest.limit(1)).scalar_one())


def look_up_digest(services: Services) -> str:
    return services.gallery.local_index.digest


@pytest.mark.dear("reads pictures and compares their minutiae")
def test_templates_are_made_beside_and_switched_to_and_the_past_is_replayed(world: World) -> None:
    encounter_id, search_id, link_id = linked(world)
    services = with_finder(world.services, OtherFinder(world.services.prints.finder))
    before, minutiae = vector_of(services, encounter_id), minutiae_of(services, encounter_id)
    digest = look_up_digest(services)
    made: list[int] = []

    state = remake_templates(services, CONSOLE, made.append)

    assert (state.count.made, state.count.waiting, state.is_switched) == (len(made), 0, False)
    assert np.array_equal(vector_of(services, encounter_id), before)
    assert (minutiae_of(services, encounter_id), look_up_digest(services)) == (minutiae, digest)

    switched = switch_templates(services, CONSOLE)

    assert switched.is_switched
    assert not np.array_equal(vector_of(services, encounter_id), before)
    fewer = minutiae_of(services, encounter_id)
    assert fewer == minutiae - (minutiae + 3) // 4
    assert look_up_digest(services) != digest
    with services.units.read() as unit:
        at = unit.searches.get(SearchId(search_id))
    assert at is not None
    assert minutiae_of(services, encounter_id, at=at.basis.index_cursor) == minutiae
    replayed = replayed_in_both_ways(world, link_id)
    assert (replayed["verdict"], replayed["look_up"]["verdict"]) == ("exact", "exact")
    with services.units.read() as unit:
        person = unit.encounters.get(EncounterId(encounter_id))
    assert person is not None
    assert ranked(world, searched(world))[0] == person.person_id


@pytest.mark.dear("reads pictures and compares their minutiae")
def test_a_run_that_was_killed_goes_on_where_it_was(world: World) -> None:
    for person in (1, 2):
        enrol(world, person)
    dying = OtherFinder(world.services.prints.finder, fails_after=3)
    with pytest.raises(KeyboardInterrupt):
        remake_templates(with_finder(world.services, dying), CONSOLE)
    services = with_finder(world.services, OtherFinder(world.services.prints.finder))
    tools = tools_of(services.prints)
    half = remake_state(services, tools)
    with pytest.raises(ConflictError, match="still have old templates"):
        switch_templates(services, CONSOLE)
    made: list[int] = []

    whole = remake_templates(services, CONSOLE, made.append)

    assert (half.count.made, half.count.waiting) == (1, 1)
    assert (whole.count.made, whole.count.waiting, len(made)) == (2, 0, 1)
    assert whole.generation == half.generation


@pytest.mark.dear("reads pictures and compares their minutiae")
def test_two_runs_at_once_make_each_capture_once(world: World) -> None:
    enrol(world, 1)
    services = with_finder(world.services, OtherFinder(world.services.prints.finder))

    class Racing(OtherFinder):
        """Another run makes the capture while this one reads it."""

        def find(self, taken: ReadPrint) -> MinutiaeView:
            if remake_state(services, tools_of(services.prints)).count.waiting:
                remake_templates(services, CONSOLE)
            return super().find(taken)

    remake_templates(with_finder(world.services, Racing(world.services.prints.finder)), CONSOLE)

    assert remake_state(services, tools_of(services.prints)).count.made == 1
    assert findings(world) == ()


@pytest.mark.dear("reads pictures and compares their minutiae")
def test_a_capture_that_cannot_be_read_again_keeps_its_templates(world: World) -> None:
    encounter_id = enrol(world, 1)["encounter_id"]
    services = with_finder(world.services, BlindFinder(world.services.prints.finder))
    before = vector_of(services, encounter_id)

    state = remake_templates(services, CONSOLE)

    assert (state.count.made, state.count.kept, state.count.waiting) == (0, 1, 0)
    with pytest.raises(ConflictError, match="There are no new templates"):
        switch_templates(services, CONSOLE)
    assert np.array_equal(vector_of(services, encounter_id), before)


@pytest.mark.dear("reads pictures and compares their minutiae")
def test_a_picture_that_costs_too_much_time_is_no_reason_to_keep_templates(world: World) -> None:
    enrol(world, 1)
    services = with_finder(world.services, CostlyFinder(world.services.prints.finder))

    with pytest.raises(ConflictError, match="IDENTLINK_PRINT_SECONDS"):
        remake_templates(services, CONSOLE)

    count = remake_state(services, tools_of(services.prints)).count
    assert (count.made, count.kept, count.waiting) == (0, 0, 1)


def test_a_store_without_pictures_is_refused(world: World) -> None:
    with pytest.raises(ConflictError, match="has images"):
        remake_templates(world.services, CONSOLE)
    with pytest.raises(ConflictError, match="There are no new templates"):
        switch_templates(world.services, CONSOLE)


@pytest.mark.dear("reads pictures and compares their minutiae")
def test_a_person_erased_meanwhile_takes_the_new_templates_along(world: World) -> None:
    person_id = enrol(world, 1)["person_id"]
    kept = enrol(world, 2)["encounter_id"]
    services = with_finder(world.services, OtherFinder(world.services.prints.finder))
    remake_templates(services, CONSOLE)

    erased(world, person_id)

    with services.units.read() as unit:
        there = unit.transaction.connection.execute(
            select(remade_templates.c.encounter_id).join(
                payloads, payloads.c.payload_id == remade_templates.c.payload_id
            )
        ).scalars()
        minutiae = unit.transaction.connection.execute(
            select(func.count())
            .select_from(remade_minutiae)
            .join(payloads, payloads.c.payload_id == remade_minutiae.c.payload_id)
        ).scalar_one()
        assert (list(there), minutiae) == ([kept], 2)
    assert switch_templates(services, CONSOLE).count.made == 1


@pytest.mark.dear("reads pictures and compares their minutiae")
def test_templates_can_be_made_with_the_first_tools_again(either_office: Office) -> None:
    world = either_office.world  # whose finder looks at each image again
    encounter_id = enrol(world, 1)["encounter_id"]
    services = world.services
    first, minutiae = vector_of(services, encounter_id), minutiae_of(services, encounter_id)
    other = with_finder(services, OtherFinder(services.prints.finder))
    for one in (services, other, services):
        remake_templates(one, CONSOLE)
        switch_templates(one, CONSOLE)

    assert np.array_equal(vector_of(services, encounter_id), first)
    assert minutiae_of(services, encounter_id) == minutiae
    assert remake_templates(services, CONSOLE).is_switched


def findings(world: World) -> object:
    keys = TrustedKeys(world.app.state.workbench.signer.verifier)
    return verify_store(world.services, keys).log.findings


@pytest.mark.dear("reads pictures and compares their minutiae")
def test_a_store_verifies_after_a_switch_whoever_is_hidden_when(world: World) -> None:
    first, second, third = (enrol(world, person)["person_id"] for person in (1, 2, 3))
    services = with_finder(world.services, OtherFinder(world.services.prints.finder))
    lifted(world, restricted(world, first))
    remake_templates(services, CONSOLE)
    over_the_switch = restricted(world, third)
    switch_templates(services, CONSOLE)
    assert not findings(world)

    lifted(world, over_the_switch)
    after_it = restricted(world, first)
    assert not findings(world)

    lifted(world, after_it)
    merged(world, first, second)
    restricted(world, first)
    assert not findings(world)


@pytest.mark.dear("reads pictures and compares their minutiae")
def test_a_merged_capture_keeps_pictures_and_the_minutiae_in_force(world: World) -> None:
    first, second = (enrol(world, person) for person in (1, 2))
    services = with_finder(world.services, OtherFinder(world.services.prints.finder))
    remake_templates(services, CONSOLE)
    switch_templates(services, CONSOLE)
    fewer, vector = (
        minutiae_of(services, second["encounter_id"]),
        vector_of(services, second["encounter_id"]),
    )

    moved = merged(world, first["person_id"], second["person_id"])

    assert minutiae_of(services, moved) == fewer
    assert np.array_equal(vector_of(services, moved), vector)
    with services.units.read() as unit:
        assert unit.images.of(EncounterId(moved), 2) is not None


@pytest.mark.dear("reads pictures and compares their minutiae")
def test_templates_made_while_merged_go_with_the_person_whose_they_are(world: World) -> None:
    """Made for a capture that had moved, which then moved back: they are still its person's."""
    kept, other = (enrol(world, person)["person_id"] for person in (1, 2))
    merge_id = proposed(
        world, "/v1/merges", {"surviving": kept, "absorbed": other, "reason": "One set of prints."}
    )
    confirm(world, merge_id)
    services = with_finder(world.services, OtherFinder(world.services.prints.finder))
    remake_templates(services, CONSOLE)
    undoing = proposed(world, f"/v1/merges/{merge_id}/undoing", {"reason": "Two, after all."})
    confirm(world, undoing)

    erased(world, other)

    with services.units.read() as unit:
        left = select(encounters.c.encounter_id).join(
            remade_templates, remade_templates.c.encounter_id == encounters.c.encounter_id
        )
        there = left.join(payloads, payloads.c.payload_id == remade_templates.c.payload_id)
        minutiae = select(remade_templates.c.encounter_id).join(remade_minutiae)
        drawn = minutiae.join(payloads, payloads.c.payload_id == remade_minutiae.c.payload_id)
        run = unit.transaction.connection.execute
        assert len(set(run(left).scalars())) == 2
        (own,) = set(run(there).scalars())
        assert set(run(drawn).scalars()) == {own}
    assert findings(world) == ()
