"""Counting searches by how similar their strangers were: stored, and read as experience."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from domain.access.access import Caller
from domain.events.models import Rehearsed
from domain.ids import GalleryCaseId, RehearsalId
from domain.searches.models import Kind, Rehearsal, RehearsalDoubt, RehearsalSource
from service.storage.unit_of_work import UnitOfWork
from service.usecases.log.recording import record
from service.usecases.models.watching import PROPOSALS, kinds_moved
from service.usecases.people.integrity import Alike, duplicate_case
from service.usecases.services import Services

WANTED = 10_000
"""The number of searches of each kind whose strangers are counted; newer ones replace older
ones."""


@dataclass(frozen=True, slots=True)
class Met:
    """The most similar stranger that one trial search found."""

    kind: Kind
    step: int
    doubt: Alike | None
    """Set if the stranger may be the same person."""


def searches_of(met: Sequence[Met]) -> int:
    """Return the number of searches, without the ends of kinds that are also counted by
    themselves.
    """
    return sum(one.kind in (Kind.ONE, Kind.FEW, Kind.MANY, Kind.MARK) for one in met)


def refresh(services: Services) -> None:
    """Read the experience (how similar strangers were in rehearsals and decided searches) again if
    it has changed.

    It changes when more searches are counted, a gallery case about a stranger is settled, or the
    audit of proposals raises an alarm or is reset.
    """
    with services.units.read() as unit:
        version = (*unit.rehearsals.version(), unit.law.next_number())
        if version == services.experience.version:
            return
        withheld = kinds_moved(unit, services.scorer.digest, PROPOSALS)
        label = services.print_format.template.label
        met = unit.rehearsals.experience(
            label, extractor_of(services), wanted=WANTED, most=max(services.gallery.persons, 1)
        )
    found = {kind: replace(one, is_withheld=kind in withheld) for kind, one in met.items()}
    services.experience.met, services.experience.version = found, version


def store_counted(
    services: Services,
    unit: UnitOfWork,
    caller: Caller,
    origin: tuple[RehearsalSource, str],
    met: Sequence[Met],
) -> None:
    """Store the strangers of some searches. Doubtful ones are stored with their gallery cases."""
    counts: dict[Kind, Counter[int]] = {}
    doubts: Counter[tuple[GalleryCaseId, Kind, int]] = Counter()
    for one in met:
        case_id = None if one.doubt is None else duplicate_case(services, unit, caller, one.doubt)
        if case_id is None:
            counts.setdefault(one.kind, Counter())[one.step] += 1
        else:
            doubts[case_id, one.kind, one.step] += 1
    made = replace(
        _made(services, unit, caller, origin),
        searches=searches_of(met),
        counts=json.dumps(_plain(counts), sort_keys=True),
    )
    doubted = [RehearsalDoubt(made.rehearsal_id, *key, count) for key, count in doubts.items()]
    unit.rehearsals.add(made, doubted)
    record(services, unit, caller, Rehearsed.of(made))


def _made(
    services: Services, unit: UnitOfWork, caller: Caller, origin: tuple[RehearsalSource, str]
) -> Rehearsal:
    """Return a rehearsal run that starts now, with no search counted yet."""
    source, digest = origin
    return Rehearsal(
        rehearsal_id=RehearsalId(services.new_id()),
        number=unit.rehearsals.last_number() + 1,
        source=source,
        template_format=services.print_format.template.label,
        extractor=extractor_of(services),
        index_digest=digest,
        persons=services.gallery.persons,
        searches=0,
        counts="{}",
        made_by=caller.actor.user_id,
        made_at=services.now(),
    )


def _plain(counts: Mapping[Kind, Counter[int]]) -> Mapping[str, Mapping[str, int]]:
    return {
        str(kind): {str(step): count for step, count in sorted(steps.items())}
        for kind, steps in counts.items()
    }


def extractor_of(services: Services) -> str:
    """Return the label of the tools that make our templates; empty if they are made elsewhere."""
    if services.print_format.features is None:
        return ""
    return " ".join(tool.label for tool in services.prints.finder.tools)
