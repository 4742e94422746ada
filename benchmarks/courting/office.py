"""The store of an office, its caller, and the people on its records."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.filling import caller, upgrade
from domain.access import Purpose, Role
from domain.ids import RecordId
from matching.scorer import load_scorer
from service.bootstrap import assemble
from service.settings import Settings, load_settings
from service.usecases.people.enrolment import NewRecord
from service.usecases.searches.beginning import BeginRecord, begin_record
from service.usecases.services import Services

OFFICER = caller(Role.CASE_OFFICER, Purpose.RECORD_MANAGEMENT, name="officer", force="89")


def settings_at(store: Path) -> Settings:
    """Return the settings of a store."""
    return load_settings(store=store, log_level="error")


def make_store(store: Path) -> None:
    """Build a new store with its keys."""
    upgrade(settings_at(store))
    with opened(store):
        pass


@contextmanager
def opened(store: Path) -> Iterator[Services]:
    """Open a store in this process."""
    runtime = assemble(settings_at(store), load_scorer())
    try:
        yield runtime.services
    finally:
        runtime.close()


def begun(services: Services, content: NewRecord) -> RecordId:
    """Put a person on record without prints."""
    return begin_record(services, BeginRecord(OFFICER, content)).record_id
