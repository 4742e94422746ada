"""From a person to all payloads about them: against the list by hand, and column by column."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from itertools import chain

import pytest
from sqlalchemy import Column, Connection, Table, select, text

from domain.access.accounts import Draft
from domain.ids import ForceCode, PersonId, RestrictionId, UserId
from domain.retention.disclosure import Restriction, RestrictionGround
from service.storage.people.erasure import payloads_about, payloads_asked
from service.storage.tables.about import Kept, OfNobody, declared, sealed_columns
from service.storage.tables.disclosure import (
    gone_persons,
    open_erasures,
    stored_payloads,
    withheld_payloads,
)
from service.storage.tables.links import merged_persons
from service.storage.tables.metadata import METADATA
from service.storage.tables.people import payloads, persons
from service.storage.tables.workbench import FORMS_ABOUT_PEOPLE
from service.storage.unit_of_work import WritingUnit
from tests.integration.provenance.hand_kept import (
    ADDITIONS,
    asked_by_hand,
    listed_by_hand,
    subjects_of_drafts,
)
from tests.integration.provenance.stores import LinkedStore
from tests.integration.provenance.tampering import Hand, hand_in
from tests.integration.storage.raw import payloads_in

pytestmark = pytest.mark.promise("erasure")

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
SEALED = [one for table in METADATA.sorted_tables for one in sealed_columns(table)]


def _is_of_people(table: Table) -> bool:
    said = declared(table)
    return said is not None and not isinstance(said.paths, OfNobody)


OF_PEOPLE = [one for one in SEALED if _is_of_people(one.table)]
GOING = [one for one in OF_PEOPLE if declared(one.table).kept is not Kept.AS_REASON]


@dataclass(frozen=True, slots=True)
class Person:
    row: int
    person_id: PersonId

    def payloads(self, raw: Connection, table: str = "") -> set[int]:
        query = payloads_in(table) if table else payloads_about()
        return set(raw.execute(query, self._params).scalars()) - {0, None}

    def asked(self, raw: Connection) -> set[int]:
        return set(raw.execute(payloads_asked(), self._params).scalars())

    @property
    def _params(self) -> dict[str, object]:
        return {"row": self.row, "person_id": self.person_id}


def _people(raw: Connection) -> list[Person]:
    query = select(persons.c.person_row, persons.c.person_id).order_by(persons.c.person_row)
    return [Person(row, PersonId(one)) for row, one in raw.execute(query)]


def _free(raw: Connection) -> list[Person]:
    """Return people who are neither hidden nor erased, and of whom no erasure is open."""
    held = set(raw.execute(select(gone_persons.c.person_row)).scalars())
    held |= set(raw.execute(select(open_erasures.c.person_row)).scalars())
    return [one for one in _people(raw) if one.row not in held]


def _stored(raw: Connection) -> dict[int, bytes]:
    return {number: bytes(body) for number, _, body in raw.execute(select(stored_payloads))}


def _numbers(raw: Connection, table: Table) -> set[int]:
    return set(raw.execute(select(table.c.payload_id)).scalars())


def _owners(raw: Connection) -> dict[int, set[Column[int]]]:
    """Return the sealed columns that name each payload."""
    found: dict[int, set[Column[int]]] = defaultdict(set)
    for column in SEALED:
        for number in raw.execute(select(column).where(column > 0)).scalars():
            found[number].add(column)
    return found


@pytest.fixture(scope="module")
def hand(busy_store: LinkedStore) -> Iterator[Hand]:
    """Yield the busy store, of which this module undoes every change."""
    with hand_in(busy_store) as made:
        yield made


@contextmanager
def undone(hand: Hand) -> Iterator[WritingUnit]:
    """Yield a unit of work whose changes are undone; it never commits, so no key is destroyed."""
    point = hand.raw.begin_nested()
    try:
        with hand.looking.units.write() as unit:
            yield unit
    finally:
        point.rollback()


def test_every_stored_payload_is_named_by_a_sealed_column(hand: Hand) -> None:
    owners = _owners(hand.raw)

    assert [number for number in _stored(hand.raw) if number not in owners] == []


def test_the_paths_find_what_the_list_by_hand_found_and_the_reviewed_additions(
    hand: Hand,
) -> None:
    owners = _owners(hand.raw)
    added: set[str] = set()
    people = _people(hand.raw)
    for person in people:
        found = person.payloads(hand.raw)
        listed = listed_by_hand(hand.raw, person.row, person.person_id)
        lost = {str(one) for number in listed - found for one in owners[number]}
        assert lost == set(), person
        added |= {one.table.name for number in found - listed for one in owners[number]}
        assert person.asked(hand.raw) - {0} == asked_by_hand(hand.raw, person.row)

    assert len(people) > 40
    assert {"candidates", "exchange_exemptions", "searches"} <= added <= ADDITIONS.keys()


def test_a_search_with_a_capture_goes_with_the_person_to_whom_a_merge_moved_it(hand: Hand) -> None:
    """Which capture a control is made of is drawn: here it is one that was moved and came back."""
    moved, before, after = hand.raw.execute(text(_MOVED_BACK)).one()
    people = {one.row: one for one in _people(hand.raw)}
    first = hand.value("SELECT min(search_row) FROM searches")
    point = hand.raw.begin_nested()
    try:
        assert hand.run(
            "UPDATE searches SET encounter_id = :moved WHERE search_row = :first",
            moved=moved,
            first=first,
        )
        probe = hand.value("SELECT payload_id FROM searches WHERE search_row = :row", row=first)
        found = {row: person.payloads(hand.raw) for row, person in people.items()}
        listed = {
            row: listed_by_hand(hand.raw, row, person.person_id) for row, person in people.items()
        }
    finally:
        point.rollback()

    assert before != after
    assert probe in found[after] - found[before]
    assert [row for row in people if listed[row] - found[row]] == []


_MOVED_BACK = (
    "SELECT moved.encounter_id, moved.person_row, back.person_row FROM encounter_successors first"
    " JOIN encounter_successors second ON second.encounter_row = first.successor_row"
    " JOIN encounters moved ON moved.encounter_row = second.encounter_row"
    " JOIN encounters back ON back.encounter_row = second.successor_row"
)
"""The capture that a merge made, whom it was given to, and who got it back."""


def test_people_share_no_payload_but_in_tables_that_say_why(hand: Hand) -> None:
    owners = _owners(hand.raw)
    merges = select(merged_persons.c.absorbed_row, merged_persons.c.surviving_row)
    heads = dict(hand.raw.execute(merges).all())
    humans: dict[int, set[int]] = defaultdict(set)
    for person in _people(hand.raw):
        for number in person.payloads(hand.raw):
            humans[number].add(heads.get(person.row, person.row))
    shared = {number for number, found in humans.items() if len(found) > 1}

    silent = {
        one.table.name
        for one in chain.from_iterable(owners[number] for number in shared)
        if not declared(one.table).shared
    }
    assert shared
    assert silent == set()


def test_an_erasure_takes_what_is_about_the_person_and_nothing_else(hand: Hand) -> None:
    for person in _free(hand.raw):
        about, before = person.payloads(hand.raw), _stored(hand.raw)
        with undone(hand) as unit:
            erased = unit.people.erase_person(person.person_id)
            after = _stored(hand.raw)

        assert after.keys() == before.keys() - about, person
        assert erased == len(about & before.keys())


def test_a_restriction_withholds_it_and_its_end_gives_it_back(hand: Hand) -> None:
    restrictable = _free(hand.raw)
    for person in restrictable:
        about, asked = person.payloads(hand.raw), person.asked(hand.raw)
        shown = _numbers(hand.raw, payloads)
        before = _stored(hand.raw)
        with undone(hand) as unit:
            restriction = _restriction(person.person_id)
            unit.restrictions.begin(restriction, [person.person_id])
            hidden = _numbers(hand.raw, withheld_payloads)
            left = _numbers(hand.raw, payloads)
            unit.restrictions.end(_lifted(restriction))
            after = _stored(hand.raw)
            given_back = _numbers(hand.raw, payloads)

        assert shown - left == (about - asked) & shown, person
        assert (about - asked) & before.keys() <= hidden
        assert {number: after[number] for number in before} == before
        assert shown <= given_back


def _restriction(person_id: PersonId) -> Restriction:
    return Restriction(
        RestrictionId("restriction-x"),
        person_id,
        RestrictionGround.EVIDENCE,
        ForceCode("01"),
        "The trial of another is to come.",
        begun_by=UserId("sue"),
        begun_at=NOW,
    )


def _lifted(restriction: Restriction) -> Restriction:
    return replace(
        restriction,
        told_on=date(2026, 11, 1),
        lifted_by=UserId("tom"),
        lifted_at=NOW,
        lifting_reasons="Over.",
    )


@pytest.mark.parametrize("column", GOING, ids=str)
def test_what_a_sealed_column_names_goes_with_its_person_and_is_hidden_with_them(
    hand: Hand, column: Column[int]
) -> None:
    point = hand.raw.begin_nested()
    try:
        person, named = _with_a_person(hand, column)
        asked = person.asked(hand.raw)
        with undone(hand) as unit:
            unit.restrictions.begin(_restriction(person.person_id), [person.person_id])
            assert not (named - asked) & _numbers(hand.raw, payloads)
            assert named <= _stored(hand.raw).keys()
            unit.restrictions.end(_lifted(_restriction(person.person_id)))
            assert named <= _numbers(hand.raw, payloads)
        with undone(hand) as unit:
            unit.people.erase_person(person.person_id)
            assert not named & _stored(hand.raw).keys()
    finally:
        point.rollback()


@pytest.mark.parametrize("kind", [name for name, _ in FORMS_ABOUT_PEOPLE])
def test_a_draft_goes_with_the_person_that_it_is_about_whatever_it_names(
    hand: Hand, kind: str
) -> None:
    """What is about the person is found by hand, and not by the paths that an erasure follows."""
    person, about_id = _subject(hand, kind)
    with undone(hand) as unit:
        assert unit.drafts.can_be_about(about_id)
        for each in (about_id, _OF_NOBODY):
            unit.drafts.keep(Draft(_WRITER, "any", each, {"reason": "Anna Meier said so."}, NOW))
        kept = {one.about_id: one.fields for one in unit.drafts.of(_WRITER)}
        unit.people.erase_person(person.person_id)
        left = {one.about_id for one in unit.drafts.of(_WRITER)}

    assert kept[about_id] == {"reason": "Anna Meier said so."}
    assert kept.keys() - left == {about_id}


_WRITER = UserId("examiner-a")
_OF_NOBODY = "of-nobody"


def _subject(hand: Hand, kind: str) -> tuple[Person, str]:
    """Return somebody who may be erased, and the id of something of this kind about them."""
    for person in _free(hand.raw):
        query = subjects_of_drafts(person.row, person.person_id)[kind]
        found = hand.raw.execute(query).scalars().first()
        if found is not None:
            return person, str(found)
    raise AssertionError(f"Nobody of the store has a row in {kind}.")


def _with_a_person(hand: Hand, column: Column[int]) -> tuple[Person, set[int]]:
    """Return a person of the store about whom the column names stored payloads.

    Where the store has nobody, one row is made to be about somebody, past the triggers.
    """
    found = _named(hand, column)
    if found is None:
        (first, *_) = _free(hand.raw)
        for statement in _PLANTED[str(column)]:
            assert hand.run(statement, row=first.row, person_id=first.person_id)
        found = _named(hand, column)
    assert found is not None, f"nobody of the store has a payload in {column}"
    return found


def _named(hand: Hand, column: Column[int]) -> tuple[Person, set[int]] | None:
    shown = _numbers(hand.raw, payloads)
    own = set(hand.raw.execute(select(column).where(column > 0)).scalars()) & shown
    for person in _free(hand.raw):
        named = person.payloads(hand.raw, column.table.name) & own
        if named:
            return person, named
    return None


_UNIDENTIFIED = (
    "UPDATE request_identities SET person_row = :row, outcome = 'identified'"
    " WHERE person_row IS NULL AND outcome IS NOT NULL AND :person_id <> ''",
)
_A_CASE = (
    "UPDATE searches SET encounter_id = (SELECT min(encounter_id) FROM encounters"
    " WHERE person_row = :row AND encounter_row NOT IN"
    " (SELECT encounter_row FROM encounter_successors)) WHERE :person_id <> '' AND search_id IN"
    " (SELECT search_id FROM cases)"
)
_PLANTED: dict[str, tuple[str, ...]] = {
    "asn_results.payload_id": _UNIDENTIFIED,
    "application_uploads.payload_id": _UNIDENTIFIED,
    "watch_checks.payload_id": _UNIDENTIFIED,
    "exchange_received.payload_id": _UNIDENTIFIED,
    "analyses.markup_id": (
        _A_CASE,
        "UPDATE analyses SET markup_id = payload_id WHERE :row > 0 AND :person_id <> ''",
    ),
    "drafts.payload_id": (_A_CASE,),
    "capture_images.payload_id": (_A_CASE,),
    "handovers.payload_id": ("UPDATE handovers SET person_row = :row WHERE :person_id <> ''",),
    "certificate_revocations.payload_id": (
        "UPDATE certificate_revocations SET person_row = :row WHERE :person_id <> ''",
    ),
    "conversion_codings.payload_id": (
        "INSERT INTO conversion_writings (frame_id, round, record_id, person_row, version, is_new,"
        " written_by, written_at) SELECT frame_id, 9, 'record', :row, 1, :row > 0, :person_id,"
        " '2026-11-01 12:00:00' FROM conversion_codings",
        "INSERT INTO conversion_takebacks (frame_id, round, version, taken_by, taken_at)"
        " SELECT frame_id, 1, 1, 'x', '2026-11-01 12:00:00' FROM conversion_codings"
        " WHERE :row > 0 AND :person_id <> ''",
    ),
}
"""How a row of each column comes to be about somebody, where the store has nobody."""


def test_the_order_of_a_court_outlives_the_person(hand: Hand) -> None:
    (order,) = [one for one in OF_PEOPLE if one not in GOING]
    kept = set(hand.raw.execute(select(order).where(order > 0)).scalars())

    about = {number for person in _people(hand.raw) for number in person.payloads(hand.raw)}

    assert kept
    assert kept <= _stored(hand.raw).keys() - about
