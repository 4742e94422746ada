"""What searches are computed with, told to the log when it has changed since the last start."""

from __future__ import annotations

from domain.access import Actor, Caller, Purpose, Role
from domain.events import EventType, LoggedEvent
from domain.ids import UserId
from service.provenance.canonical import read_event
from service.usecases.log.recording import Fact, record
from service.usecases.services import Services

SERVICE = Caller(
    Actor(UserId("service"), Role.ADMINISTRATOR, force=None, scopes=frozenset()),
    Purpose.OPERATIONS,
)
"""Who acts when the service starts; no token has this account's scopes."""


def record_basis(services: Services) -> tuple[EventType, ...]:
    """Append an event for model, thresholds and index, each if it is not what the log says last.

    Returns what was appended. An index that grew by the changes of the log is the same index: only
    its generation is told, at start-up, since each enrolment has an event of its own.
    """
    stated = {
        EventType.MODEL_CHANGED: _model(services),
        EventType.THRESHOLDS_CHANGED: (("thresholds", services.scorer.configuration_digest),),
        EventType.INDEX_CHANGED: (
            ("index_generation", services.gallery.index.generation),
            ("index_digest", services.gallery.index.digest),
        ),
    }
    with services.units.read() as unit:
        last = {kind: unit.events.latest(kind) for kind in stated}
    changed = tuple(kind for kind, facts in stated.items() if not _says(last[kind], facts))
    if changed:
        with services.units.write() as unit:
            for kind in changed:
                record(unit, services.surroundings, SERVICE, kind, about=(), facts=stated[kind])
            unit.commit()
    return changed


def _model(services: Services) -> tuple[Fact, ...]:
    scorer = services.scorer
    return (
        ("model_name", scorer.name),
        ("model_version", scorer.version),
        ("model_digest", scorer.digest),
        ("code_version", services.code_version),
    )


def _says(entry: LoggedEvent | None, facts: tuple[Fact, ...]) -> bool:
    if entry is None:
        return False
    body = read_event(entry.body)
    return all(body.fact(name) == value for name, value in facts)
