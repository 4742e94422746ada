"""People enrolled and searched for through the service's own use cases, with ranks and times.

The processor time is that of this process, which looks up, compares, orders and stores. Images are
read and minutiae found in a separate process, whose time is stated separately.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import numpy as np

from benchmarks.filling import caller
from benchmarks.machine import clocked
from benchmarks.serving.server import family_cpu_ms
from data.synthetic.extractions.faults import ROUGH
from data.synthetic.extractions.fingers import Skin, bent, simulated_extraction
from domain.access.access import Caller, Purpose, Role
from domain.errors import UnreadablePrintError
from domain.ids import EncounterId, SearchId
from domain.people.people import Details
from domain.prints.minutiae import MinutiaeSet
from domain.prints.prints import FINGERS, FingerPosition, Impression, ImpressionType
from domain.searches.searches import Probe, SearchType
from prints.minutiae.iso19794_2 import MinutiaeView
from service.adapters.prints.tasks import kept_view
from service.bootstrap.runtime import Runtime
from service.usecases.people.enrolment import Enrol, ImportFile, enrol, import_file
from service.usecases.people.print_files import SentFile, capture_of_files
from service.usecases.print_desk import PrintDesk
from service.usecases.searches.searching import SubmitSearch, submit_search

_MS_A_NS = 1e-6


@dataclass(slots=True)
class Found:
    """The searches of one kind. A rank is None if the true person is not in the list."""

    ranks: list[int | None] = field(default_factory=list)
    search_ms: list[float] = field(default_factory=list)
    """Processor time of this process, from the look-up to the commit."""
    reading_ms: list[float] = field(default_factory=list)
    """Processor time of the process that reads. Empty for probes without images."""
    unread: int = 0
    """Probes that were refused because no minutiae were found in them. They count as not found."""

    def told(self) -> dict[str, Any]:
        """Return the figures in the form that is printed."""
        asked = len(self.ranks) + self.unread
        first = sum(rank == 1 for rank in self.ranks)
        return {
            "searches": asked,
            "unread": self.unread,
            "rank1": first / asked,
            "not_first": asked - first,
            "listed": sum(rank is not None for rank in self.ranks) / asked,
            "search_cpu_ms": _spread(self.search_ms),
            "reading_cpu_ms": _spread(self.reading_ms),
        }


@dataclass(frozen=True, slots=True)
class Office:
    """The service, with one force that enrols and searches."""

    runtime: Runtime

    def enrol_file(self, data: bytes) -> EncounterId:
        """Enrol a transaction, as `identlink import-nist` does."""
        command = ImportFile(_caller(Purpose.OPERATIONS), data, file_mac=self.runtime.request_mac)
        return import_file(self.runtime.services, command).encounter_id

    def enrol(self, capture: Capture) -> EncounterId:
        """Enrol a capture whose minutiae are known."""
        services = self.runtime.services
        command = Enrol(
            caller=_caller(Purpose.OPERATIONS),
            captured_at=services.now(),
            impressions=tuple(impression for impression, _ in capture),
            minutiae=tuple(view for _, view in capture),
        )
        return enrol(services, command)

    def search_file(
        self, sent: SentFile, usual: ImpressionType, true: EncounterId, found: Found
    ) -> None:
        """Search with a transaction of plain prints, or with the picture of a mark."""
        is_mark = usual is ImpressionType.LATENT
        before = _children_ms()
        try:
            read = capture_of_files(self.runtime.services.prints, [sent], usual)
        except UnreadablePrintError:
            found.unread += 1
            return
        found.reading_ms.append(_children_ms() - before)
        capture = tuple(zip(read.impressions, read.minutiae, strict=True))
        self.search(SearchType.LT_TP if is_mark else SearchType.TP_TP, capture, true, found)

    def search(self, kind: SearchType, capture: Capture, true: EncounterId, found: Found) -> None:
        """Search with a capture, or a mark, whose minutiae are known."""
        impressions, views = zip(*capture, strict=True)
        purpose = Purpose.ARREST if kind is SearchType.TP_TP else Purpose.CRIME_SCENE
        command = SubmitSearch(
            _caller(purpose), kind, Probe(impressions, Details()), minutiae=views
        )
        done = clocked(lambda: submit_search(self.runtime.services, command))
        found.search_ms.append(done.cpu_ms)
        found.ranks.append(self._rank(done.value, true))

    def _rank(self, search_id: SearchId, true: EncounterId) -> int | None:
        with self.runtime.services.units.read() as unit:
            candidates = unit.searches.candidates(search_id)
        places = [place for place, one in enumerate(candidates, 1) if one.encounter_id == true]
        return places[0] if places else None


def _children_ms() -> float:
    """Return the processor time of the processes that this process started."""
    return family_cpu_ms(os.getpid()) - time.process_time_ns() * _MS_A_NS


def _caller(purpose: Purpose) -> Caller:
    return caller(Role.FORCE, purpose, name="bench", force="13")


def _spread(values: Sequence[float]) -> dict[str, float]:
    if not values:
        return {}
    median, late = np.quantile(values, [0.5, 0.95])
    return {"mean": float(np.mean(values)), "p50": float(median), "p95": float(late)}


_LEAST_MINUTIAE = 8
_QUALITY = 60
"""Quality assumed for every finger, because the simulation measures none."""

_OF_MARK, _SHOWN = 2, 0.55
"""The number of the reading that marks are parts of, and the share of its minutiae."""

Mark = tuple[Impression, MinutiaeView]
Capture = tuple[Mark, ...]
"""Ten impressions with their minutiae."""


@dataclass(frozen=True, slots=True, eq=False)
class SimulatedPeople:
    """People by number. They are determined by the skins and the seed."""

    skins: Sequence[Skin]
    seed: int
    pool: int
    """Number of different fingers. If people have more fingers than this in total, they share
    them: each person gets ten at random."""

    def capture(self, number: int, reading: int, desk: PrintDesk) -> Capture:
        """Return a capture of a person. `reading` distinguishes two captures of one person."""
        kind = ImpressionType.PLAIN if reading else ImpressionType.ROLLED
        made = []
        for at, position in enumerate(FINGERS):
            impression, view = _made(self, self._finger(number, at), reading, kind, desk)
            view = replace(view, position=position)
            made.append((replace(impression, position=position), view))
        return tuple(made)

    def mark(self, number: int, desk: PrintDesk) -> Mark:
        """Return the upper part of another reading of one of a person's fingers, as a mark."""
        whole = self.minutiae(self._finger(number, number % len(FINGERS)), _OF_MARK)
        upper = whole.places_px[:, 1] < np.quantile(whole.places_px[:, 1], _SHOWN)
        columns = ("places_px", "angles_rad", "kind_codes", "qualities")
        part = replace(whole, **{name: getattr(whole, name)[upper] for name in columns})
        view = kept_view(part, ImpressionType.LATENT, _QUALITY)
        view = replace(view, position=FingerPosition.UNKNOWN)
        impression = desk.impression_of(view, quality=_QUALITY)
        return replace(impression, position=FingerPosition.UNKNOWN), view

    def _finger(self, number: int, at: int) -> int:
        own = number * len(FINGERS) + at
        if own < self.pool:
            return own
        return int(np.random.default_rng([self.seed, 2, own]).integers(self.pool))

    def minutiae(self, finger: int, reading: int) -> MinutiaeSet:
        """Return the minutiae of one simulated extraction from a finger."""
        own = np.random.default_rng([self.seed, 0, finger])
        skin = bent(self.skins[int(own.integers(len(self.skins)))], own)
        rng = np.random.default_rng([self.seed, 1, finger, reading])
        while True:
            found = simulated_extraction(skin, ROUGH, rng)
            if len(found) >= _LEAST_MINUTIAE:
                return found


@lru_cache(maxsize=50_000)
def _made(
    people: SimulatedPeople, finger: int, reading: int, kind: ImpressionType, desk: PrintDesk
) -> tuple[Impression, MinutiaeView]:
    view = kept_view(people.minutiae(finger, reading), kind, _QUALITY)
    return desk.impression_of(view, quality=_QUALITY), view
