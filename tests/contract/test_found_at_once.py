"""Whoever can be reached by id is found by name, number and prints in the next call; none else is.

People begin, change, are merged, hidden and erased in a drawn order. After each step two
processes on one store are asked, each with indexes of its own that it never builds anew.
"""

from __future__ import annotations

import string
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from domain.ids import ErasureId, ForceCode, PersonId, PersonRow, RecordId, RestrictionId, UserId
from domain.people.amending import amended
from domain.people.amendments import Amendment, AmendmentReason, Correct, SourceKind
from domain.people.identifiers import make_pnc_id
from domain.people.items import ItemId, ItemKind
from domain.people.people import Details, PersonName
from domain.prints.captures import tenprint_probe
from domain.retention.disclosure import Restriction, RestrictionGround
from domain.retention.erasures import Erasure, ErasureBasis, ErasureEnd, Merge
from indexing.codes.batches import Gallery
from indexing.gallery_index import GalleryIndex
from matching.prepared import prepare
from service.live.gallery import LiveGallery
from service.live.names import LiveNames
from service.storage.database import Database
from service.storage.loading.bulk import LoadedChunk
from service.storage.people.encounters import Placement
from service.storage.unit_of_work import WritingUnit
from tests.contract.batches import batch
from tests.contract.builders import NOON, encounter, event, record, tenprint
from tests.formats import FORMAT

pytestmark = pytest.mark.promise("records")

ASKER, SECOND = UserId("asker"), UserId("second")
_DRAWN_STEPS = 12


@dataclass
class Known:
    """A person as the test knows them, beside the product."""

    number: int
    row: PersonRow
    surname: str = ""
    """Of the record; empty without one."""
    pnc_id: str = ""
    prints: list[int] = field(default_factory=list)
    """The seeds of the captures."""
    hidden_by: str = ""
    is_erased: bool = False
    merged_into: Known | None = None

    @property
    def person_id(self) -> PersonId:
        return PersonId(f"person-{self.number}")

    @property
    def record_id(self) -> RecordId:
        return RecordId(f"record-{self.number}")

    @property
    def is_there(self) -> bool:
        return not (self.hidden_by or self.is_erased)


@dataclass
class Process:
    """What a serving process keeps in memory."""

    names: LiveNames
    gallery: LiveGallery


class Story:
    """Draws steps and takes them, on the first of two databases on one store."""

    def __init__(self, database: Database, seed: int) -> None:
        self.database, self.units = database, database.units_of_work()
        self.rng = np.random.default_rng(seed)
        self.people: list[Known] = []
        self.merges: dict[str, tuple[Known, Known, list[int]]] = {}
        self._count = 0

    def steps(self) -> Iterator[None]:
        """Take each way once, then ways as they are drawn; yield after each."""
        ways: tuple[Callable[[], bool], ...] = (
            *(self.enrol, self.load, self.begin, self.enrol_prints, self.record_later),
            *(self.print_later, self.amend, self.merge, self.part, self.hide, self.call_back),
            *(self.restrict, self.lift, self.hide, self.erase),
        )
        for way in ways:
            assert way()
            yield
        for _ in range(_DRAWN_STEPS):
            while not ways[self.rng.integers(len(ways))]():
                """Another way, where nobody is there to whom it could happen."""
            yield

    def enrol(self) -> bool:
        with self._write() as unit:
            known = self._new(unit, with_record=True)
            self._capture(unit, known)
        return True

    def enrol_prints(self) -> bool:
        with self._write() as unit:
            self._capture(unit, self._new(unit, with_record=False))
        return True

    def begin(self) -> bool:
        """Put somebody on record without prints, as a conversion, a court or an officer does."""
        with self._write() as unit:
            self._new(unit, with_record=True)
        return True

    def load(self) -> bool:
        made = batch(first=self._next(), people=2, captures=1)
        self._count += 1
        names = [self._names() for _ in made.records]
        records = [
            replace(one, details=_details(*said))
            for one, said in zip(made.records, names, strict=True)
        ]
        chunk = LoadedChunk(f"source-{self._count}", 0)
        self.database.bulk_writer().add_many(
            replace(made, records=records), event(f"load-{self._count}"), chunk=chunk
        )
        with self.units.read() as unit:
            for one, (surname, pnc_id) in zip(made.person_ids, names, strict=True):
                row = unit.people.person_row(one)
                assert row is not None
                self.people.append(Known(int(one.split("-")[1]), row, surname, pnc_id))
        return True

    def print_later(self) -> bool:
        known = self._one(lambda one: one.merged_into is None)
        return known is not None and self._do(lambda unit: self._capture(unit, known))

    def record_later(self) -> bool:
        known = self._one(lambda one: not one.surname)
        return known is not None and self._do(lambda unit: self._put_record(unit, known))

    def amend(self) -> bool:
        known = self._one(lambda one: bool(one.surname) and one.merged_into is None)
        if known is None:
            return False
        known.surname, _ = self._names()
        change = Correct(ItemId("name-1"), ItemKind.NAME, PersonName("Q", known.surname))
        made = Amendment(
            (change,), AmendmentReason.NEW_INFORMATION, "why", SourceKind.DOCUMENT, "paper"
        )
        with self._write() as unit:
            head = unit.records.versions(known.record_id)[-1]
            before = unit.records.version(known.record_id, head.version)
            assert before is not None
            after = amended(before.items, made.changes, today=NOON.date())
            unit.records.amend(before, after, made, by=ASKER, at=NOON)
        return True

    def hide(self) -> bool:
        known = self._one(self._is_alone)
        if known is None:
            return False
        name = ErasureId(f"erasure-{self._next()}")
        asked = Erasure(name, known.person_id, ErasureBasis.COURT_ORDER, "a", "", ASKER, NOON)
        confirmed = replace(asked, confirmed_by=SECOND, confirmed_at=NOON, due_at=NOON)
        with self._write() as unit:
            unit.erasures.ask(asked)
            unit.erasures.confirm(confirmed, [known.person_id])
        known.hidden_by = name
        return True

    def call_back(self) -> bool:
        return self._end(ErasureEnd.CALLED_BACK)

    def erase(self) -> bool:
        return self._end(ErasureEnd.CARRIED_OUT)

    def restrict(self) -> bool:
        known = self._one(self._is_alone)
        if known is None:
            return False
        name = f"restriction-{self._next()}"
        with self._write() as unit:
            unit.restrictions.begin(_restriction(name, known), [known.person_id])
        known.hidden_by = name
        return True

    def lift(self) -> bool:
        known = self._hidden("restriction")
        if known is None:
            return False
        lifted = replace(
            _restriction(known.hidden_by, known),
            told_on=NOON.date(),
            lifted_by=SECOND,
            lifted_at=NOON,
            lifting_reasons="because",
        )
        with self._write() as unit:
            unit.restrictions.end(lifted)
        known.hidden_by = ""
        return True

    def merge(self) -> bool:
        absorbed = self._one(self._is_alone)
        surviving = self._one(lambda one: self._is_alone(one) and one is not absorbed)
        if absorbed is None or surviving is None:
            return False
        name = f"merge-{self._next()}"
        with self._write() as unit:
            _confirmed(unit, name, surviving, absorbed, undoes=None)
        self.merges[name] = surviving, absorbed, absorbed.prints
        surviving.prints = surviving.prints + absorbed.prints
        absorbed.prints, absorbed.merged_into = [], surviving
        return True

    def part(self) -> bool:
        if not self.merges:
            return False
        undone = sorted(self.merges)[self.rng.integers(len(self.merges))]
        surviving, absorbed, moved = self.merges.pop(undone)
        with self._write() as unit:
            _confirmed(unit, f"merge-{self._next()}", surviving, absorbed, undoes=undone)
        surviving.prints = [seed for seed in surviving.prints if seed not in moved]
        absorbed.prints, absorbed.merged_into = moved, None
        return True

    def _end(self, outcome: ErasureEnd) -> bool:
        known = self._hidden("erasure")
        if known is None:
            return False
        with self._write() as unit:
            erasure = unit.erasures.get(ErasureId(known.hidden_by))
            assert erasure is not None
            if outcome is ErasureEnd.CALLED_BACK:
                unit.erasures.show_people(erasure.erasure_id)
            else:
                unit.people.erase_person(known.person_id)
            unit.erasures.end(replace(erasure, outcome=outcome, ended_by=SECOND, ended_at=NOON))
        known.hidden_by, known.is_erased = "", outcome is ErasureEnd.CARRIED_OUT
        return True

    def _do(self, work: Callable[[WritingUnit], object]) -> bool:
        with self._write() as unit:
            work(unit)
        return True

    @contextmanager
    def _write(self) -> Iterator[WritingUnit]:
        with self.units.write() as unit:
            yield unit
            unit.commit()

    def _one(self, fits: Callable[[Known], bool]) -> Known | None:
        found = [one for one in self.people if one.is_there and fits(one)]
        return found[self.rng.integers(len(found))] if found else None

    def _hidden(self, kind: str) -> Known | None:
        found = [one for one in self.people if one.hidden_by.startswith(kind)]
        return found[self.rng.integers(len(found))] if found else None

    def _is_alone(self, known: Known) -> bool:
        """Whether nobody is merged with them: people are hidden with everyone who is."""
        return not any(known in (one, other) for one, other, _ in self.merges.values())

    def _next(self) -> int:
        self._count += 10
        return self._count

    def _names(self) -> tuple[str, str]:
        letters = "".join(self.rng.permutation(list(string.ascii_lowercase))[:12])
        return letters.capitalize(), make_pnc_id(2001, int(self.rng.integers(10**7)))

    def _new(self, unit: WritingUnit, *, with_record: bool) -> Known:
        number = self._next()
        known = Known(number, unit.people.add_person(PersonId(f"person-{number}")))
        if with_record:
            self._put_record(unit, known)
        self.people.append(known)
        return known

    def _put_record(self, unit: WritingUnit, known: Known) -> None:
        known.surname, known.pnc_id = self._names()
        said = _details(known.surname, known.pnc_id)
        force = ForceCode(("01", "99")[self.rng.integers(2)])
        made = record(known.person_id, known.record_id, details=said, force=force)
        unit.people.put_record(made)

    def _capture(self, unit: WritingUnit, known: Known) -> None:
        seed = self._next()
        made = encounter(f"encounter-{seed}", known.person_id, impressions=tenprint(seed))
        unit.encounters.add(made, Placement(known.row, Gallery.TENPRINTS, 0))
        known.prints.append(seed)


@pytest.mark.parametrize("seed", range(2))
def test_everybody_on_record_is_found_at_once_and_nobody_else(
    database: Database, database_url: str, tmp_path: Path, seed: int
) -> None:
    story = Story(database, seed)
    with ExitStack() as held:
        processes = [held.enter_context(_process(database_url, tmp_path / n)) for n in "ab"]
        for _ in story.steps():
            _check_compared(story)
            for process in processes:
                _check(story, process)
        late = held.enter_context(_process(database_url, tmp_path / "c"))
        _check(story, late)
    assert any(one.surname and not one.prints for one in story.people)


@contextmanager
def _process(url: str, directory: Path) -> Iterator[Process]:
    database = Database(url, codec=FORMAT.codec)
    units = database.units_of_work()
    index = GalleryIndex.open(directory, template_format=FORMAT.index, key=None, threads=1)
    gallery = LiveGallery(index, units)
    try:
        yield Process(LiveNames(units), gallery)
    finally:
        gallery.close()
        database.close()


def _check(story: Story, process: Process) -> None:
    on_record = {one.row for one in story.people if one.is_there and one.surname}
    for one in story.people:
        by_name = Details(names=(PersonName("Q", one.surname),))
        by_number = Details(pnc_ids=(one.pnc_id,))
        for said in (by_name, by_number) if one.surname else ():
            found = set(process.names.candidates(said, 100))
            assert (one.row in found) == one.is_there
            assert found <= on_record
    process.gallery.catch_up()
    there = {one.row for one in story.people if one.is_there}
    captured = {one.row for one in story.people if one.is_there and one.prints}
    for one in story.people:
        for seed in one.prints:
            probe = tenprint_probe(tenprint(seed), FORMAT.template)
            rows = process.gallery.index.search_tenprint(probe, k=100).person_rows
            assert not one.is_there or rows[0] == one.row
            assert one.is_there or one.row not in rows
            assert captured <= set(rows.tolist()) <= there


def _check_compared(story: Story) -> None:
    """Searches compare what the live record says, and nothing of people who are hidden."""
    with story.units.read() as unit:
        held = unit.people.held([one.row for one in story.people])
    for one in story.people:
        found = held[one.row].details if one.row in held else None
        said = _details(one.surname, one.pnc_id)
        assert found == (prepare(said) if one.is_there and one.surname else None)


def _details(surname: str, pnc_id: str) -> Details:
    return Details(names=(PersonName("Q", surname),), pnc_ids=(pnc_id,))


def _restriction(name: str, known: Known) -> Restriction:
    return Restriction(
        RestrictionId(name),
        known.person_id,
        RestrictionGround.EVIDENCE,
        ForceCode("01"),
        "because",
        ASKER,
        NOON + timedelta(seconds=1),
    )


def _confirmed(
    unit: WritingUnit, name: str, surviving: Known, absorbed: Known, *, undoes: str | None
) -> None:
    proposed = Merge(name, surviving.person_id, absorbed.person_id, undoes, "same", ASKER, NOON)
    unit.merges.propose(proposed)
    unit.merges.confirm(replace(proposed, confirmed_by=SECOND, confirmed_at=NOON))
