"""Logging the basis of searches if it has changed since the last start of the service."""

from domain.access.access import Purpose, service_itself
from domain.events.catalogue import LoggedEvent
from domain.events.declaring import Event
from domain.events.searches import IndexChanged, ModelChanged, ThresholdsChanged
from domain.ids import EventType
from service.provenance.canonical import read_event
from service.usecases.log.recording import record
from service.usecases.services import Services

SERVICE = service_itself("service", Purpose.OPERATIONS)
"""The actor of events logged when the service starts. It has no scopes and no token."""


def record_basis(services: Services) -> tuple[EventType, ...]:
    """Log the model, the thresholds and the index, each if it differs from what the log says.

    Returns the types of the events appended. An index that has grown by the changes in the log
    still counts as the same index: only its generation is logged at start-up, since each enrolment
    has its own event.
    """
    stated = _stated(services)
    with services.units.read() as unit:
        last = {event: unit.events.latest(event.event_type) for event in stated}
    changed = tuple(event for event in stated if not _says(last[event], event))
    if changed:
        with services.units.write() as unit:
            for event in changed:
                record(unit, services.surroundings, SERVICE, event)
            unit.commit()
    return tuple(event.event_type for event in changed)


def _stated(services: Services) -> tuple[Event, ...]:
    scorer, index = services.scorer, services.gallery.index
    model = ModelChanged(scorer.name, scorer.version, scorer.digest, services.code_version)
    return (
        model,
        ThresholdsChanged(scorer.configuration_digest),
        IndexChanged(index.generation, index.digest),
    )


def _says(entry: LoggedEvent | None, event: Event) -> bool:
    return entry is not None and read_event(entry.body).typed() == event
