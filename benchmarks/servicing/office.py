"""The store, the staff, and how long each kind of work takes."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from benchmarks.filling import caller, enrol_people, upgraded
from data.synthetic.population import Population
from domain.access import Caller, Purpose, Role
from domain.ids import CertificateId
from service.bootstrap import Runtime, open_certificates
from service.live.names import LiveNames
from service.settings import Settings
from service.usecases.certificates.desk import CertificateDesk
from service.usecases.services import Services


def _officer(name: str) -> Caller:
    return caller(Role.CASE_OFFICER, Purpose.INTERNATIONAL_EXCHANGE, name=name, force="89")


@dataclass(slots=True)
class Office:
    """One office at work, and its counts."""

    runtime: Runtime
    population: Population
    persons: int
    """Enrolled people, numbered from 0; those from there on were never seen."""
    desk: CertificateDesk
    first: Caller = field(default_factory=lambda: _officer("officer-1"))
    second: Caller = field(default_factory=lambda: _officer("officer-2"))
    outcomes: Counter[str] = field(default_factory=Counter)
    """By kind and outcome."""
    counts: Counter[str] = field(default_factory=Counter)
    """Of the figures that every kind has: `to_a_person`, `late`, `errors`, `wrong_no_trace`, and
    `wrong_person`, an applicant taken for another."""
    last_issued: CertificateId | None = None
    days: int = 0
    """How far the clock of the office is turned."""
    spent_s: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    """Processor seconds of steps, by name."""

    @property
    def services(self) -> Services:
        """The use cases' services, on the day of the office."""
        services = self.runtime.services
        clock, turned = services.surroundings.clock, timedelta(days=self.days)
        return replace(
            services, surroundings=replace(services.surroundings, clock=lambda: clock() + turned)
        )

    @contextmanager
    def timed(self, step: str) -> Iterator[None]:
        """Take the processor time of a step."""
        began = time.process_time()
        yield
        self.spent_s[step].append(time.process_time() - began)


@contextmanager
def opened_office(store: Path, *, persons: int, seed: int) -> Iterator[Office]:
    """Open a new store with so many generated people in it, and close it after."""
    settings, population = Settings(store=store), Population(seed)
    with upgraded(settings) as runtime:
        enrol_people(runtime, population, persons)
        names = LiveNames(runtime.services.units)
        names.build()
        desk = open_certificates(settings)
        yield Office(runtime.asking(names), population, persons, desk)
