"""The store of an office, its caller, and the people who have a record there."""

from __future__ import annotations

from pathlib import Path

from benchmarks.converting.office import opened, settings_at
from benchmarks.filling import caller, upgrade
from domain.access.access import Purpose, Role
from domain.ids import RecordId
from service.usecases.people.enrolment import NewRecord
from service.usecases.searches.beginning import BeginRecord, begin_record
from service.usecases.services import Services

OFFICER = caller(Role.CASE_OFFICER, Purpose.RECORD_MANAGEMENT, name="officer", force="89")
FEED = caller(Role.COURT_FEED, Purpose.RECORD_MANAGEMENT, name="court-feed", force="89")


def make_store(store: Path) -> None:
    """Build a new store with its keys."""
    upgrade(settings_at(store))
    with opened(store):
        pass


def begun(services: Services, content: NewRecord) -> RecordId:
    """Create a record for a person without prints."""
    return begin_record(services, BeginRecord(OFFICER, content)).record_id
