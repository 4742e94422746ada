"""Words about an erased person do not open, and what an earlier release left is finished."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import select

from domain.access.access import Actor, Caller, Purpose, Role, Scope
from domain.events.people import Erased
from domain.ids import PersonId, UserId
from service.adapters.store_keys import VAULT_NAME
from service.provenance.bundle.bundle import TrustedKeys
from service.provenance.vault.key_files import open_key_file
from service.settings import Settings
from service.storage.people import erasure
from service.storage.people.erasure import payloads_about
from service.storage.tables.disclosure import stored_payloads
from service.storage.tables.people import persons
from service.storage.transaction import Transaction
from service.usecases.log.verification import verify_store
from service.usecases.people import erasure as erasing
from service.usecases.people.erasure import Finished, finish_erasures
from tests.integration.agencies.agreeing import agreed, creation
from tests.integration.api.driver import World
from tests.integration.api.erasing import erased
from tests.integration.provenance.disk import payloads_of
from tests.integration.requests.working import FINE, Worked, add_convictions
from tests.integration.storage.raw import connection, payloads_in

pytestmark = [
    pytest.mark.promise("erasure"),
    pytest.mark.dear("works two whole requests of agencies"),
]

CONSOLE = Caller(
    Actor(UserId("console"), Role.SUPERVISOR, None, frozenset({Scope.ERASE})), Purpose.DELETION
)
WORDS = "Fined for the theft of a boat."


def _convicted(world: World, person: int) -> PersonId:
    """Enrol a person of whom an agency asks, and take two results of a court."""
    enrolled = world.enrol(person)
    add_convictions(world, enrolled["record_id"], FINE)
    agency, officer = agreed(world, f"HARB{person}"), world.officer()
    answer = agency.post("/v1/agency/requests", creation(person))
    assert answer.status_code == 201, answer.text
    request = Worked(world, answer.json()["request_id"])
    request.search_by_details()
    request.identify_first()
    request.release()
    asn = officer.post(f"{request.at}/asn").json()["asn"]
    for fate in ("matched", "again"):
        result = {"asn": asn, "result_on": "2026-02-02", "words": WORDS}
        assert officer.post("/v1/asn-results", result).json() == {"fate": fate}
    return PersonId(enrolled["person_id"])


def _about(settings: Settings, person_id: PersonId, table: str = "") -> set[int]:
    query = payloads_in(table) if table else payloads_about()
    with connection(settings.database_address) as raw:
        of_id = select(persons.c.person_row).where(persons.c.person_id == person_id)
        of_person = {"row": raw.execute(of_id).scalar_one(), "person_id": person_id}
        numbers = set(raw.execute(query, of_person).scalars()) - {0}
        held = set(raw.execute(select(stored_payloads.c.payload_id)).scalars())
    return numbers & held


def _destroyed(settings: Settings, bodies: Mapping[int, bytes]) -> set[int]:
    """Return the payloads whose keys were destroyed: no backup opens them either."""
    refs = {body[:16].hex(): number for number, body in bodies.items()}
    keys = open_key_file(settings.keys_directory / VAULT_NAME)
    try:
        destroyed, _ = keys.destroyed_and_missing(list(refs))
    finally:
        keys.close()
    return {refs[ref] for ref in destroyed}


def _said(world: World) -> list[str]:
    """Return the words of the results that belong to no number issued here, or come again."""
    with world.services.units.read() as unit:
        return [one.words for one in unit.asns.unmatched(limit=10).items]


def _findings(world: World) -> object:
    keys = TrustedKeys(world.app.state.workbench.signer.verifier)
    return verify_store(world.services, keys).log.findings


def test_no_word_about_an_erased_person_opens_and_another_person_keeps_theirs(
    world: World, settings: Settings
) -> None:
    gone, stays = _convicted(world, 1), _convicted(world, 2)
    bodies = payloads_of(settings)
    of_gone, of_other = _about(settings, gone), _about(settings, stays)
    words = _about(settings, gone, "asn_results")
    compared = _about(settings, gone, "candidates")

    erased(world, gone)

    assert len(words) == 2
    assert words <= of_gone
    # Evidence that compares the two goes with the first of them.
    shared = of_gone & of_other
    assert shared <= compared
    assert _destroyed(settings, bodies) == of_gone
    assert _about(settings, gone) == set()
    assert _about(settings, stays) == of_other - shared
    assert sorted(_said(world)) == ["", WORDS]
    assert not _findings(world)


def test_what_earlier_erasures_left_is_finished_once_and_on_record(
    world: World, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [_convicted(world, 1), _convicted(world, 2)]
    bodies = payloads_of(settings)
    left = {one for person in people for one in _about(settings, person, "asn_results")}
    with monkeypatch.context() as before:
        before.setattr(erasure, "_numbers", _without(left))
        for person in people:
            erased(world, person)
    assert left <= payloads_of(settings).keys()

    monkeypatch.setattr(erasing, "_PEOPLE_AT_ONCE", 1)
    with monkeypatch.context() as killed:
        killed.setattr(erasing, "record", _dies_at(2))
        with pytest.raises(InterruptedError):
            finish_erasures(world.services, CONSOLE)
    halfway = left & payloads_of(settings).keys()
    done = [finish_erasures(world.services, CONSOLE) for _ in range(2)]

    assert len(halfway) == 2
    assert done == [Finished(people=1, payloads=2), Finished(people=0, payloads=0)]
    assert left <= _destroyed(settings, bodies)
    entries = world.auditor().get(f"/v1/log/search?type={Erased.event_type}").json()["entries"]
    finished = [one["body"] for one in entries if "left by an earlier erasure" in one["body"]]
    assert len(finished) == 2
    assert all('"items":2' in body for body in finished)
    assert not _findings(world)


def _without(left: set[int]) -> Any:
    numbers = erasure._numbers

    def listed(transaction: Transaction, of_person: Mapping[str, object]) -> set[int]:
        return numbers(transaction, of_person) - left

    return listed


def _dies_at(event: int) -> Any:
    """Return a recorder that a kill stops at its nth event, before the commit."""
    record, calls = erasing.record, iter(range(1, event + 1))

    def recorded(*values: Any) -> None:
        if next(calls) == event:
            raise InterruptedError
        record(*values)

    return recorded
