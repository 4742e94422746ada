"""The staff of a simulated conversion, the frames with their correct values, and the store."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path

import numpy as np

from benchmarks.filling import caller, upgraded
from data.synthetic.names.tables import origin_tables
from domain.access.access import Caller, Purpose, Role
from domain.conversion.acceptance import with_error
from domain.conversion.form import Form, FormField, Written
from domain.conversion.frames import Capture, CaptureMedium, LotKind
from domain.ids import LotId
from domain.people.identifiers import make_cro_number
from domain.people.partial_dates import PartialDate
from domain.people.people import Details, PersonName, Sex
from domain.prints.prints import FingerPosition, Impression, ImpressionType
from service.settings import load_settings
from service.usecases.conversion.lots import OpenLot, list_lots, open_lot
from service.usecases.people.enrolment import Enrol, NewRecord, enrol
from service.usecases.services import Services

FRAMES_A_LOT = 1_000
_FORCES = {Role.FORCE: "01", Role.RECONCILER: "89"}


def _caller(role: Role, name: str) -> Caller:
    return caller(role, Purpose.RECORD_MANAGEMENT, name=name, force=_FORCES.get(role))


KEEPER = _caller(Role.SUPERVISOR, "keeper")
KEYERS = (_caller(Role.KEYER, "keyer-1"), _caller(Role.KEYER, "keyer-2"))
RECONCILERS = (
    _caller(Role.RECONCILER, "reconciler-1"),
    _caller(Role.RECONCILER, "reconciler-2"),
)
SAMPLER = _caller(Role.SAMPLER, "sampler-1")


@contextmanager
def opened(store: Path) -> Iterator[Services]:
    """Open the store, new or not, in this process."""
    with upgraded(load_settings(store=store, log_level="error")) as runtime:
        yield runtime.services


def prepare(services: Services, truth: Truth) -> None:
    """Enrol the people who have an earlier record, and open the lots."""
    custody = _caller(Role.FORCE, "custody")
    for number in range(truth.known):
        person = truth.people[number]
        command = Enrol(
            custody,
            datetime(2020, 1, 1, tzinfo=UTC),
            (_finger(services, truth.seed, number),),
            NewRecord(person.details),
        )
        enrol(services, command)
    capture = Capture(CaptureMedium.FILM, 600)
    for lot in range(lots_of(truth)):
        open_lot(services, OpenLot(KEEPER, f"ROLL-{lot + 1}", LotKind.ROLL, capture))


def _finger(services: Services, seed: int, number: int) -> Impression:
    vector = np.random.default_rng([seed, 9, number]).standard_normal(192)
    unit = (vector / np.linalg.norm(vector)).astype(np.float32)
    fmt = services.print_format.template
    return Impression(FingerPosition.RIGHT_INDEX, ImpressionType.ROLLED, 80, unit, fmt)


def lots_of(truth: Truth) -> int:
    """Return how many lots the frames fill."""
    return -(-truth.frames // FRAMES_A_LOT)


def frames_in(truth: Truth, lot: int) -> range:
    """Return the frames of a lot, from 0. In the lot, frame n has the number n - first + 1."""
    return range(lot * FRAMES_A_LOT, min(truth.frames, (lot + 1) * FRAMES_A_LOT))


def lot_ids(services: Services) -> tuple[LotId, ...]:
    """Return the ids of the lots, in order."""
    return tuple(view.lot.lot_id for view in list_lots(services, KEEPER, limit=1_000).items)


FIELD_ERROR = 0.01
EQUAL_SLIPS = 0.1

FRAMES_A_PERSON = 2
KNOWN_SHARE = 0.4
"""Share of people who have a record before the conversion begins."""

TWIN_SHARE = 0.01
"""Share of people with name and date of birth of the previous person, and no CRO number."""

_MALE_SHARE = 0.8

_COURTS = ("Leeds Q.S.", "Leeds Assizes", "London Sessions", "Bow Street M.C.", "Old Bailey")
_OFFENCES = ("Larceny", "Housebreaking", "Receiving", "Malicious damage", "Suspected person")
_DISPOSALS = ("6 months imprisonment", "Fined £10", "Probation 2 years", "Borstal training")
_BORN_AT = ("Leeds", "London", "Cork", "Glasgow", "Cardiff", "Hull", "Kingston")


@dataclass(frozen=True, slots=True)
class TruePerson:
    """The true details of a person."""

    number: int
    surname: str
    forenames: str
    born_on: date
    sex: Sex
    born_at: str
    cro_number: str
    """CRO number. Empty for a twin."""

    @property
    def details(self) -> Details:
        """The details on a record that another force holds."""
        forename, _, middle = self.forenames.partition(" ")
        return Details(
            names=(PersonName(forename, self.surname, middle),),
            dates_of_birth=(PartialDate.of(self.born_on),),
            sex=self.sex,
            place_of_birth=self.born_at,
            cro_numbers=(self.cro_number,) if self.cro_number else (),
        )


@dataclass(frozen=True)
class Truth:
    """All frames of a conversion, and the people on them."""

    frames: int
    seed: int

    @cached_property
    def people(self) -> tuple[TruePerson, ...]:
        """Every person on a frame."""
        count = max(1, self.frames // FRAMES_A_PERSON)
        rng = np.random.default_rng([self.seed, 1])
        names = origin_tables()[0]
        made: list[TruePerson] = []
        for number in range(count):
            if made and rng.random() < TWIN_SHARE:
                made.append(replace(made[-1], number=number, cro_number=""))
                continue
            is_male = rng.random() < _MALE_SHARE
            given = names.male if is_male else names.female
            chosen = [given.draw_one(rng.random()) for _ in range(2)]
            born = date(1905, 1, 1) + timedelta(days=int(rng.integers(0, 11_000)))
            made.append(
                TruePerson(
                    number,
                    names.surnames.draw_one(rng.random()),
                    " ".join(chosen),
                    born,
                    Sex.MALE if is_male else Sex.FEMALE,
                    str(rng.choice(_BORN_AT)),
                    make_cro_number(born.year + 20, 1 + number % 999_998),
                )
            )
        return tuple(made)

    @property
    def known(self) -> int:
        """The number of people who already have a record. They have the lowest numbers."""
        return int(len(self.people) * KNOWN_SHARE)

    def person_of(self, frame: int) -> TruePerson:
        """Return the person of a frame, counted from 0. Frames of one person are far apart."""
        return self.people[(frame * 7_919) % len(self.people)]

    def form(self, frame: int) -> Form:
        """Return the true content of a frame."""
        rng = np.random.default_rng([self.seed, 2, frame])
        person = self.person_of(frame)
        # No two frames of one person are about the same event.
        turn = frame // len(self.people)
        day = person.born_on.replace(day=1) + timedelta(days=6_700 + 400 * turn)
        day += timedelta(days=int(rng.integers(0, 300)))
        day = min(day, date(1967, 12, 1) - timedelta(days=int(rng.integers(0, 300))))
        committed = day - timedelta(days=int(rng.integers(5, 60)))
        texts = {
            FormField.SURNAME: person.surname,
            FormField.FORENAMES: person.forenames,
            FormField.BORN_ON: _written(person.born_on),
            FormField.SEX: "M" if person.sex is Sex.MALE else "F",
            FormField.BORN_AT: person.born_at,
            FormField.CRO_NUMBER: person.cro_number,
            FormField.COURT: str(rng.choice(_COURTS)),
            FormField.CONVICTED_ON: _written(day),
            FormField.OFFENCE: str(rng.choice(_OFFENCES)),
            FormField.COMMITTED_ON: _written(committed),
            FormField.DISPOSAL: str(rng.choice(_DISPOSALS)),
        }
        return Form(tuple(Written(texts.get(field, "")) for field in FormField))

    def keyed(self, frame: int, keyer: int) -> Form:
        """Return what a keyer reads in a frame. A keyer who starts again reads the same."""
        truth = self.form(frame)
        rng = np.random.default_rng([self.seed, 3, frame, keyer])
        form = truth
        for place, field in enumerate(FormField):
            if rng.random() >= FIELD_ERROR:
                continue
            is_near = rng.random() < EQUAL_SLIPS**0.5
            slip = np.random.default_rng([self.seed, 4, frame, place]) if is_near else rng
            form = form.with_value(field, with_error(truth[field], slip))
        return form


def _written(day: date) -> str:
    return f"{day.day}.{day.month}.{day.year}"
