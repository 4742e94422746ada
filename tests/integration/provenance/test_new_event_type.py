"""A new type of event is one declaration: everything else reads it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NewType

import pytest
from sqlalchemy import (
    Boolean,
    Column,
    Engine,
    Executable,
    String,
    Table,
    create_engine,
    delete,
    insert,
    update,
)

from domain.access.access import Role
from domain.events.declaring import DECLARED, Event, Subject, Webhook, event
from domain.events.rows import ITS_ROW, Row
from domain.ids import EventType, LinkId, SearchId, Topic
from domain.jobs import JobKind
from domain.store_secrets import mac_under
from domain.webhooks import Message
from service.adapters.print_images import PlaceholderPrints
from service.bootstrap.keys import open_log_signer
from service.provenance.bundle.bundle import TrustedKeys
from service.provenance.bundle.findings import FindingCode
from service.provenance.canonical import read_event
from service.settings import Settings
from service.storage.tables.metadata import METADATA
from service.usecases.links.outcomes import link_story
from service.usecases.log.recording import record
from service.usecases.log.verification import verify_store
from service.usecases.messages.deliveries import queue_messages
from service.usecases.messages.webhooks import AddWebhook, add_webhook
from service.usecases.workbench import DeskPolicy, SignInPolicy, Workbench
from tests.contract.builders import NOON
from tests.golden.events_document import rows
from tests.integration.provenance.crash_works import caller
from tests.integration.provenance.links import Linked
from tests.integration.web.driver import FAST_HASHES

NoteId = NewType("NoteId", str)
NOTE_ADDED = Topic("note.added")
SENTENCE = "A note on a search was written."


@pytest.fixture
def kind() -> Iterator[type[Event]]:
    """Declare the type of event; what follows this decorator is all that a type takes."""

    @event(
        "note-added",
        leaves=(Row("test_notes", key="note_id", by="author", says=("search_id", "is_urgent")),),
        demands=ITS_ROW,
        webhook=Webhook(NOTE_ADDED, names="note_id"),
        tells_a_link=True,
    )
    class NoteAdded(Event):
        """A note on a search was written."""

        note_id: Subject[NoteId]
        search_id: Subject[SearchId]
        is_urgent: bool
        words: int

    yield NoteAdded
    del DECLARED[NoteAdded.event_type]


@pytest.fixture
def notes(settings: Settings) -> Iterator[Notes]:
    """Give the store a table of notes."""
    table = Table(
        "test_notes",
        METADATA,
        Column("note_id", String, primary_key=True),
        Column("search_id", String, nullable=False),
        Column("author", String, nullable=False),
        Column("is_urgent", Boolean, nullable=False),
    )
    engine = create_engine(settings.database_address)
    table.create(engine)
    yield Notes(engine, table)
    table.drop(engine)
    engine.dispose()
    METADATA.remove(table)


@dataclass(frozen=True, slots=True)
class Notes:
    """The table, past the service."""

    engine: Engine
    table: Table

    def run(self, statement: Executable) -> None:
        with self.engine.begin() as connection:
            connection.execute(statement)

    def add(self, note_id: str, search_id: str) -> None:
        row = {"note_id": note_id, "search_id": search_id, "author": AUTHOR.actor.user_id}
        self.run(insert(self.table).values(**row, is_urgent=True))


AUTHOR = caller(Role.FORCE, "author", "01")


@pytest.fixture
def noted(linked: Linked, notes: Notes, kind: type[Event]) -> Linked:
    """Return a store with a link, and a note on its search that has its event."""
    notes.add("note-1", linked.search_id)
    _record(linked, kind, "note-1")
    return linked


def _record(linked: Linked, kind: Callable[..., Event], note_id: str) -> None:
    services = linked.world.services
    with services.units.write() as unit:
        record(services, unit, AUTHOR, kind(note_id, linked.search_id, is_urgent=True, words=7))
        unit.commit()


def _found(linked: Linked, settings: Settings) -> list[FindingCode]:
    keys = TrustedKeys(open_log_signer(settings).verifier)
    findings = verify_store(linked.world.services, keys).log.findings
    return [finding.code for finding in findings]


def test_it_is_written_and_read_back_as_its_type(
    noted: Linked, kind: Callable[..., Event]
) -> None:
    with noted.world.services.units.read() as unit:
        entry = unit.events.latest(EventType("note-added"))

    assert entry is not None
    body = read_event(entry.body)
    assert body.typed() == kind("note-1", noted.search_id, is_urgent=True, words=7)
    assert dict(body.facts) == {"is_urgent": "yes", "words": 7}
    assert body.subject_refs == ("note-1", noted.search_id)


def test_its_row_is_held_against_it(noted: Linked, notes: Notes, settings: Settings) -> None:
    assert _found(noted, settings) == []

    notes.add("note-2", noted.search_id)
    assert _found(noted, settings) == [FindingCode.ROW_WITHOUT_EVENT]


@pytest.mark.parametrize("change", [{"is_urgent": False}, {"search_id": "another"}])
def test_a_row_that_says_something_else_is_found(
    noted: Linked, notes: Notes, settings: Settings, change: dict[str, Any]
) -> None:
    notes.run(update(notes.table).values(change))

    codes = [FindingCode.EVENT_WITHOUT_ROW, FindingCode.ROW_WITHOUT_EVENT]
    assert _found(noted, settings) == codes


def test_a_row_by_another_person_is_found(noted: Linked, notes: Notes, settings: Settings) -> None:
    notes.run(update(notes.table).values(author="another"))

    assert _found(noted, settings) == [FindingCode.ROW_WITHOUT_EVENT]


def test_it_demands_its_row(noted: Linked, notes: Notes, settings: Settings) -> None:
    notes.run(delete(notes.table))

    assert _found(noted, settings) == [FindingCode.EVENT_WITHOUT_ROW]


def test_its_force_gets_its_message(linked: Linked, notes: Notes, kind: type[Event]) -> None:
    services = linked.world.services
    command = AddWebhook(AUTHOR, "https://force.example/told", frozenset({NOTE_ADDED}))
    endpoint = add_webhook(services, command, mac=mac_under(b"k" * 32)).endpoint
    _record(linked, kind, "note-1")

    while queue_messages(services):
        pass

    with services.units.read() as unit:
        (job,) = unit.jobs.of_group(JobKind.DELIVERY, endpoint.endpoint_id, after=-1, limit=10)
    message = json.loads(Message("msg", Topic(job.topic), job.subject_ref, NOON).body)
    assert (message["type"], message["data"]) == ("note.added", {"note_id": "note-1"})


def test_the_story_of_the_link_tells_it_in_its_sentence(noted: Linked) -> None:
    bench = Workbench(
        noted.world.services, PlaceholderPrints(), FAST_HASHES, SignInPolicy(), DeskPolicy()
    )

    story = link_story(bench, caller(Role.SUPERVISOR), LinkId(noted.link_id))

    assert [told.sentence for told in story.events][-1] == SENTENCE


@pytest.mark.usefixtures("kind")
def test_the_document_lists_it() -> None:
    line = ("`note-added`", SENTENCE, "`note_id`, `search_id`", "`is_urgent`, `words`")

    assert (*line, "`test_notes`, demanded", "`note.added`") in list(rows())
