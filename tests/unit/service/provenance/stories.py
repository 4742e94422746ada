"""Logs that tell the story of a link, with the matching state, and their bundles."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from domain.events.catalogue import NewEvent
from domain.events.examination import DecisionSealed
from domain.events.links import Linked, LinkRevoked
from domain.events.people import Enrolled
from domain.events.searches import Searched
from domain.examination.cases import Outcome
from service.provenance.bundle.bundle import BundleParts, TrustedKeys, write_bundle
from service.provenance.bundle.state_rows import StateRow
from service.provenance.log.checkpoints import (
    Checkpoint,
    SignedCheckpoint,
    cosign_note,
    open_checkpoint,
)
from service.provenance.log.checkpoints import sign_checkpoint as sign
from tests.unit.service.provenance.builders import START, SmallLog, a_caller, an_event
from tests.unit.service.provenance.keys import LOG, WITNESS

TRUSTED = TrustedKeys(LOG.verifier, (WITNESS.verifier,))
COSIGNED_AT = START.replace(hour=12)


def a_decision(number: int, user: str, **changes: Any) -> NewEvent:
    fields: dict[str, Any] = {
        "event_type": DecisionSealed.event_type,
        "caller": a_caller(user),
        "subject_refs": (f"decision-{user}", "case-1", "candidate-1"),
        "facts": sealed_as(Outcome.IDENTIFIED),
    }
    return an_event(number, **(fields | changes))


def sealed_as(outcome: Outcome) -> tuple[tuple[str, str | int], ...]:
    return (("outcome", outcome), ("kind", "examination"), ("shuffle_seed", 7))


LINKED_TO = (
    ("search_id", "search-1"),
    ("person_id", "person-1"),
    ("record_id", ""),
    ("encounter_id", ""),
)


def a_link(number: int, **changes: Any) -> NewEvent:
    refs = ("link-1", "candidate-1", "decision-ann", "decision-ben")
    fields: dict[str, Any] = {
        "event_type": Linked.event_type,
        "subject_refs": refs,
        "facts": LINKED_TO,
    }
    return an_event(number, **(fields | changes))


def a_revocation(number: int, **changes: Any) -> NewEvent:
    refs = ("link-1", "case-1")
    fields: dict[str, Any] = {"event_type": LinkRevoked.event_type, "subject_refs": refs}
    return an_event(number, **(fields | changes))


def a_story() -> list[NewEvent]:
    """Enrolment, search, two decisions, the link, its revocation."""
    enrolled = an_event(0, event_type=Enrolled.event_type, subject_refs=("encounter-1",))
    steps = [enrolled, an_event(1), a_decision(2, "ann"), a_decision(3, "ben"), a_link(4)]
    return [*steps, a_revocation(5)]


STORY_ROWS = (
    StateRow(Enrolled.event_type, "encounter-1"),
    StateRow(Searched.event_type, "search-1"),
    StateRow(DecisionSealed.event_type, "decision-ann", "ann"),
    StateRow(DecisionSealed.event_type, "decision-ben", "ben"),
    StateRow(Linked.event_type, "link-1"),
    StateRow(LinkRevoked.event_type, "link-1"),
)


def a_log(events: Iterable[NewEvent]) -> SmallLog:
    log = SmallLog()
    for event in events:
        log.add(event)
    return log


def note_at(log: SmallLog, size: int, *, cosigned: bool = True) -> bytes:
    note = sign(Checkpoint(LOG.name, size, log.root(size)), LOG)
    if cosigned:
        note = note.signed_also(cosign_note(note, WITNESS, COSIGNED_AT))
    return note.encode()


def signed_at(log: SmallLog, *sizes: int) -> list[SignedCheckpoint]:
    return [
        open_checkpoint(note_at(log, size), LOG.verifier, [WITNESS.verifier]) for size in sizes
    ]


def parts_of(log: SmallLog, *sizes: int, **changes: Any) -> BundleParts:
    notes = tuple(note_at(log, size) for size in sizes or (2, len(log.bodies)))
    return replace(BundleParts(TRUSTED, notes, log.bodies, STORY_ROWS), **changes)


def a_bundle(
    path: Path, change: Callable[[BundleParts], BundleParts] = lambda parts: parts
) -> Path:
    write_bundle(path, change(parts_of(a_log(a_story()))))
    return path
