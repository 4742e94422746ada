"""The people of the conversion as callers, and the store that they work on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from benchmarks.converting.truth import Truth
from benchmarks.filling import caller, upgrade
from domain.access import Caller, Purpose, Role
from domain.conversion.capture import Capture, CaptureMedium
from domain.conversion.frames import LotKind
from domain.ids import LotId
from domain.prints import FingerPosition, Impression, ImpressionType
from matching.scorer import load_scorer
from service.bootstrap import assemble
from service.settings import Settings, load_settings
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


def settings_at(store: Path) -> Settings:
    """Return the settings of the store of a conversion."""
    return load_settings(store=store, log_level="error")


def make_store(store: Path) -> None:
    """Build the schema of a new store."""
    upgrade(settings_at(store))


@contextmanager
def opened(store: Path) -> Iterator[Services]:
    """Open the store in this process."""
    runtime = assemble(settings_at(store), load_scorer())
    try:
        yield runtime.services
    finally:
        runtime.close()


def prepare(services: Services, truth: Truth) -> None:
    """Enrol the people with an earlier record, and open the lots."""
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
    """Return the frames of a lot, from 0; frame n has number n - first + 1."""
    return range(lot * FRAMES_A_LOT, min(truth.frames, (lot + 1) * FRAMES_A_LOT))


def lot_ids(services: Services) -> tuple[LotId, ...]:
    """Return the lots in their order."""
    return tuple(view.lot.lot_id for view in list_lots(services, KEEPER, limit=1_000).items)
