"""The contract of the encounter repository and of its feed of gallery changes."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import numpy as np
import pytest

from domain.errors import InvalidInputError, NotFoundError, UnknownForceError
from domain.ids import EncounterId, EncounterRow, ForceCode, PersonId, PersonRow
from domain.prints.prints import IMPRESSION_TYPES, ImpressionType
from indexing.codes.batches import Gallery
from service.storage.database import UnitsOfWork
from service.storage.people.encounters import Placement
from service.storage.people.gallery_feed import force_number
from service.storage.unit_of_work import UnitOfWork
from tests.contract.builders import FORCE, NOON, encounter, enrol, impression, mark, tenprint
from tests.contract.comparing import are_close, are_identical


def test_an_encounter_reads_back_up_to_the_rounding_of_its_vectors(
    units_of_work: UnitsOfWork,
) -> None:
    stored = encounter(impressions=tenprint(1, (7, 2, 10)))
    with units_of_work.write() as unit:
        row = unit.people.add_person(PersonId("person-1"))
        unit.encounters.add(stored, Placement(row, Gallery.TENPRINTS, 1980))
        unit.commit()

    with units_of_work.read() as unit:
        found = unit.encounters.get(EncounterId("encounter-1"))

    assert found is not None
    assert are_close(found.impressions, stored.impressions)
    assert (found.person_id, found.force, found.captured_at) == ("person-1", FORCE, NOON)


def test_a_time_of_another_zone_is_the_same_instant(units_of_work: UnitsOfWork) -> None:
    local = datetime(2025, 7, 1, 13, 30, tzinfo=timezone(timedelta(hours=1)))
    with units_of_work.write() as unit:
        enrol(unit, captured_at=local)
        found = unit.encounters.get(EncounterId("encounter-1"))

    assert found is not None
    assert found.captured_at == local


def test_unknown_encounters_are_none(units_of_work: UnitsOfWork) -> None:
    with units_of_work.read() as unit:
        assert unit.encounters.get(EncounterId("encounter-1")) is None
        assert unit.encounters.ids([EncounterRow(1)]) == {}
        assert unit.encounters.count() == 0


def test_rows_lead_to_ids(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        rows = [EncounterRow(enrol(unit, i).encounter_row) for i in (1, 2)]
        unit.commit()

    with units_of_work.read() as unit:
        found = unit.encounters.ids(rows)

    assert found == {rows[0]: "encounter-1", rows[1]: "encounter-2"}


def test_whether_a_force_has_enrolled_somebody_is_known(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        one, other = (PersonRow(enrol(unit, i).person_row) for i in (1, 2))
        unit.encounters.add(
            encounter("encounter-3", "person-2", force=ForceCode("47")),
            Placement(other, Gallery.TENPRINTS, 0),
        )
        unit.commit()

    with units_of_work.read() as unit:
        of = {
            force: [unit.encounters.has_enrolled(ForceCode(force), row) for row in (one, other)]
            for force in ("01", "47", "20")
        }
        assert of == {"01": [True, True], "47": [False, True], "20": [False, False]}
        assert not unit.encounters.has_enrolled(FORCE, PersonRow(99))


def test_an_encounter_of_nobody_is_refused(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit, pytest.raises(NotFoundError):
        unit.encounters.add(encounter(), Placement(PersonRow(1), Gallery.TENPRINTS, 0))


def test_a_placement_with_somebody_else_is_refused(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        unit.people.add_person(PersonId("person-1"))
        other = unit.people.add_person(PersonId("person-2"))
        with pytest.raises(NotFoundError):
            unit.encounters.add(encounter(), Placement(other, Gallery.TENPRINTS, 0))


def test_an_unsolved_mark_of_two_impressions_is_refused(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        donor = unit.people.add_person(PersonId("person-1"))
        with pytest.raises(InvalidInputError):
            unit.encounters.add(encounter(), Placement(donor, Gallery.UNSOLVED_MARKS, 0))


def test_changes_are_numbered_when_they_are_committed(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        enrol(unit, 1)
        before = unit.gallery_feed.last_change()
    with units_of_work.write() as unit:
        enrol(unit, 2)
        enrol(unit, 3)
        unit.commit()

    with units_of_work.read() as unit:
        assert before == 0
        assert unit.gallery_feed.last_change() == 2
        assert unit.encounters.count() == 2


def test_the_feed_holds_what_get_returns(units_of_work: UnitsOfWork) -> None:
    prints = (
        impression(3, quality=0),
        impression(9, quality=100, impression_type=ImpressionType.PLAIN),
    )
    with units_of_work.write() as unit:
        stored = enrol(unit, 1, impressions=prints)
        unit.commit()

    with units_of_work.read() as unit:
        batch = unit.gallery_feed.changes_after(0, 10).enrolled
        found = unit.encounters.get(EncounterId("encounter-1"))

    assert found is not None
    assert batch.encounter_rows.tolist() == [stored.encounter_row]
    assert batch.person_rows.tolist() == [stored.person_row]
    assert batch.captures.presence[0].nonzero()[0].tolist() == [2, 8]
    assert batch.captures.qualities[0, [2, 8]].tolist() == [0, 100]
    assert [IMPRESSION_TYPES[i] for i in batch.captures.impression_codes[0, [2, 8]]] == [
        ImpressionType.ROLLED,
        ImpressionType.PLAIN,
    ]
    assert batch.forces.tolist() == [force_number(FORCE)]
    assert batch.years_of_birth.tolist() == [1980]
    assert batch.galleries.tolist() == [Gallery.TENPRINTS]
    vectors = np.stack([i.vector for i in found.impressions])
    np.testing.assert_allclose(batch.captures.vectors[0, [2, 8]], vectors, atol=1e-6)


def test_marks_come_apart_from_tenprints(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        enrol(unit, 1)
        donor = unit.people.add_person(PersonId("donor"))
        left = encounter("mark-1", "donor", impressions=(mark(),))
        row = unit.encounters.add(left, Placement(donor, Gallery.UNSOLVED_MARKS, 0))
        unit.commit()

    with units_of_work.read() as unit:
        changes = unit.gallery_feed.changes_after(0, 10)

    assert changes.cursor == 2
    assert changes.is_last
    assert len(changes.enrolled) == 1
    assert changes.marks.encounter_rows.tolist() == [row]
    assert changes.marks.captures.presence.all()
    assert changes.marks.captures.qualities.tolist() == [[30]]
    np.testing.assert_allclose(changes.marks.captures.vectors[0, 0], mark().vector, atol=2e-3)


def test_the_feed_comes_in_steps_without_gap_or_repeat(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        rows = [enrol(unit, i).encounter_row for i in range(1, 6)]
        unit.commit()

    seen, cursor, is_last = [], 0, False
    with units_of_work.read() as unit:
        while not is_last:
            step = unit.gallery_feed.changes_after(cursor, 2)
            seen += step.enrolled.encounter_rows.tolist()
            cursor, is_last = step.cursor, step.is_last

    assert seen == rows
    assert cursor == 5


def test_an_empty_feed_keeps_the_cursor(units_of_work: UnitsOfWork) -> None:
    with units_of_work.read() as unit:
        changes = unit.gallery_feed.changes_after(7, 10)

    assert changes.cursor == 7
    assert changes.is_last
    assert len(changes.enrolled) == len(changes.marks) == len(changes.erased_rows) == 0


def test_an_erasure_wins_over_the_enrolment_before_it(units_of_work: UnitsOfWork) -> None:
    rows = _enrol_two_and_erase_the_first(units_of_work)

    with units_of_work.read() as unit:
        changes = unit.gallery_feed.changes_after(0, 10)

    assert changes.enrolled.encounter_rows.tolist() == [rows[1]]
    assert changes.erased_rows.tolist() == [rows[0]]
    assert changes.cursor == 3


def test_a_step_that_ends_before_the_erasure_holds_nothing_of_the_erased(
    units_of_work: UnitsOfWork,
) -> None:
    _enrol_two_and_erase_the_first(units_of_work)

    with units_of_work.read() as unit:
        changes = unit.gallery_feed.changes_after(0, 1)

    assert changes.cursor == 1
    assert len(changes.enrolled) == len(changes.erased_rows) == 0
    assert not changes.is_last


def test_a_capture_of_a_hand_without_prints_is_kept(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        enrol(unit, 1, impressions=())
        unit.commit()

    with units_of_work.read() as unit:
        found = unit.encounters.get(EncounterId("encounter-1"))
        batch = unit.gallery_feed.changes_after(0, 10).enrolled

    assert found is not None
    assert found.impressions == ()
    assert not batch.captures.presence.any()


def test_reading_twice_gives_the_same_bits(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        enrol(unit)
        first = unit.encounters.get(EncounterId("encounter-1"))
        second = unit.encounters.get(EncounterId("encounter-1"))

    assert first is not None
    assert second is not None
    assert are_identical(first.impressions, second.impressions)


def test_no_two_forces_share_a_number() -> None:
    symbols = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    numbers = [force_number(ForceCode(a + b)) for a in symbols for b in symbols]

    assert sorted(numbers) == list(range(36 * 36))


@pytest.mark.parametrize("code", ["", "1", "001", "0_", " 1", "\u0661\u0661", "+1"])
def test_a_force_of_another_form_is_unknown(code: str) -> None:
    with pytest.raises(UnknownForceError):
        force_number(ForceCode(code))


def _enrol_two_and_erase_the_first(units_of_work: UnitsOfWork) -> list[int]:
    with units_of_work.write() as unit:
        rows = [enrol(unit, 1).encounter_row, enrol(unit, 2).encounter_row]
        unit.commit()
    with units_of_work.write() as unit:
        _erase(unit)
        unit.commit()
    return rows


def _erase(unit: UnitOfWork) -> None:
    unit.people.erase_person(PersonId("person-1"))


def test_a_gallery_is_read_as_it_stood_at_an_earlier_change(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        enrolled = [enrol(unit, i) for i in (1, 2, 3)]
        unit.commit()
    with units_of_work.write() as unit:
        unit.people.erase_person(PersonId("person-1"))
        unit.commit()
    with units_of_work.write() as unit:
        unit.people.erase_person(PersonId("person-2"))
        enrol(unit, 4)
        unit.commit()

    with units_of_work.read() as unit:
        before = unit.past_gallery.captures_at(3, Gallery.TENPRINTS, after=0, limit=9)
        between = unit.past_gallery.captures_at(4, Gallery.TENPRINTS, after=0, limit=9)
        marks = unit.past_gallery.captures_at(9, Gallery.UNSOLVED_MARKS, after=0, limit=9)

    assert set(before.held.encounter_ids.values()) == {"encounter-3"}
    assert (before.gone, before.cursor, before.is_last) == (2, 3, True)
    assert before.held.tenprints.person_rows.tolist() == [enrolled[2].person_row]
    assert (between.gone, len(between.held.encounter_ids)) == (1, 1)
    assert (marks.gone, len(marks.held.encounter_ids)) == (0, 0)


def test_the_rows_of_a_past_gallery_are_read_without_templates(
    units_of_work: UnitsOfWork,
) -> None:
    with units_of_work.write() as unit:
        enrolled = [enrol(unit, i) for i in (1, 2, 3)]
        unit.commit()
    with units_of_work.write() as unit:
        unit.people.erase_person(PersonId("person-2"))
        enrol(unit, 4)
        unit.commit()

    with units_of_work.read() as unit:
        steps = [
            unit.past_gallery.rows_at(3, Gallery.TENPRINTS, after=after, limit=2)
            for after in (0, 2)
        ]
        now = unit.past_gallery.rows_at(5, Gallery.TENPRINTS, after=0, limit=9)
        marks = unit.past_gallery.rows_at(5, Gallery.UNSOLVED_MARKS, after=0, limit=9)

    rows = [one.encounter_row for one in enrolled]
    assert [one.encounter_rows.tolist() for one in steps] == [rows[:2], rows[2:]]
    assert [one.person_rows.tolist() for one in steps] == [
        [one.person_row for one in enrolled[:2]],
        [enrolled[2].person_row],
    ]
    assert [one.is_gone.tolist() for one in steps] == [[False, True], [False]]
    assert [(one.cursor, one.is_last) for one in steps] == [(2, False), (3, True)]
    assert now.is_gone.tolist() == [False] * 3
    assert (len(marks.encounter_rows), marks.is_last) == (0, True)


def test_captures_that_later_changes_are_about_are_named_once(
    units_of_work: UnitsOfWork,
) -> None:
    with units_of_work.write() as unit:
        rows = [enrol(unit, i).encounter_row for i in (1, 2, 3)]
        unit.commit()
    with units_of_work.write() as unit:
        unit.people.erase_person(PersonId("person-3"))
        unit.people.erase_person(PersonId("person-1"))
        enrol(unit, 4)
        unit.commit()

    with units_of_work.read() as unit:
        touched = [
            unit.past_gallery.touched_after(change, newest=newest).tolist()
            for change, newest in ((3, rows[2]), (3, rows[1]), (2, rows[2]), (9, rows[2]))
        ]

    assert touched == [[rows[0], rows[2]], [rows[0]], [rows[0], rows[2]], []]


def test_a_gallery_of_the_past_is_read_in_steps(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        for i in (1, 2, 3, 4, 5):
            enrol(unit, i)
        unit.commit()

    after, seen = 0, []
    with units_of_work.read() as unit:
        for _ in range(3):
            part = unit.past_gallery.captures_at(4, Gallery.TENPRINTS, after=after, limit=2)
            seen.append((sorted(part.held.encounter_ids.values()), part.is_last))
            after = part.cursor

    assert seen == [
        (["encounter-1", "encounter-2"], False),
        (["encounter-3", "encounter-4"], False),
        ([], True),
    ]
