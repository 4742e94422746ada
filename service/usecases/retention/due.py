"""The standing of everybody's prints on a day, as the planner sees it: due, kept, for a review."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.ids import PersonId, PersonRow
from domain.retention.reviews import Review, ReviewDecision, versions_text
from rules.retention import FINGERPRINTS, Basis, Keep, longest, must_be_destroyed
from rules.situations import EVENTS, bases_of
from service.storage.retention.held import HeldHuman
from service.storage.unit_of_work import UnitOfWork
from service.usecases.people.merging import same_person
from service.usecases.retention.facts import events_of

RULES = f"{FINGERPRINTS} {EVENTS}"
"""The rules that a plan is computed by."""


NO_PRINTS = "no prints are held"
"""The provision of people of whom only entries are on record: these have their own rules."""


class Fate(StrEnum):
    """The result of the rules and the reviews for a person's prints."""

    KEPT = "kept"
    REVIEW = "review"
    """A fact is missing, or a day of review has come: a person decides."""
    DUE = "due"
    """Nothing keeps it."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A human being, merged persons included, on a day."""

    person_row: PersonRow
    person_id: PersonId
    """Id of the person; of merged people, the person that the others are merged into."""
    fate: Fate
    bases: tuple[Basis, ...]
    """The longest basis of each event."""
    provision: str
    """The provision that decides."""
    last_day: date | None
    versions: str
    review: Review | None = None
    """The last decision, where it was made on the records as they are now."""


def everybody(unit: UnitOfWork, on: date) -> Iterator[Standing]:
    """Yield the standing of everybody neither erased nor hidden.

    Raises VaultDamagedError for a damaged record.
    """
    merged, reviews = unit.held_people.merged(), unit.reviews.all()
    groups: dict[PersonRow, list[HeldHuman]] = {}
    for page in unit.held_people.pages():
        for human in page:
            if human.person_row in merged:
                groups.setdefault(human.head_row, []).append(human)
            else:
                yield standing((human,), reviews, on)
    yield from (standing(group, reviews, on) for group in groups.values())


def standing_of(unit: UnitOfWork, person_id: PersonId, on: date) -> Standing | None:
    """Return the standing of one person; None when they are unknown, erased or hidden."""
    group = unit.held_people.these(same_person(unit, person_id))
    if person_id not in {one.person_id for one in group}:
        return None
    return standing(group, unit.reviews.of([one.person_row for one in group]), on)


def standing(
    group: Sequence[HeldHuman], reviews: Mapping[PersonRow, Review], on: date
) -> Standing:
    """Return the standing of merged people, one human being."""
    head = next((one for one in group if one.person_row == one.head_row), group[0])
    records = [one.record for one in group if one.record is not None]
    events = [event for record in records for event in events_of(record)]
    bases = bases_of(events, on)
    versions = versions_text(
        {one.record.record_id: one.version for one in group if one.record is not None}
    )
    review = _last(reviews.get(one.person_row) for one in group)
    if review is not None and review.versions != versions:
        review = None
    if not any(one.has_prints for one in group):
        # The rules speak of prints: where none are held, nothing of theirs is destroyed.
        fate, provision, last_day = Fate.KEPT, NO_PRINTS, None
    else:
        fate, provision, last_day = _fate(bases, review, on)
    return Standing(
        head.person_row, head.person_id, fate, bases, provision, last_day, versions, review
    )


def _last(reviews: Iterable[Review | None]) -> Review | None:
    found = [one for one in reviews if one is not None]
    return max(found, key=lambda one: (one.decided_at, one.request_id), default=None)


def _fate(
    bases: Sequence[Basis], review: Review | None, on: date
) -> tuple[Fate, str, date | None]:
    if review is not None:
        ruling = review.ruling
        said = f"review: {ruling.ground.value}"
        if ruling.decision is ReviewDecision.ERASE or ruling.next_on is None:
            return Fate.DUE, said, None
        return (Fate.KEPT if ruling.next_on >= on else Fate.REVIEW), said, ruling.next_on
    best = longest(bases)
    if best is None:
        return Fate.REVIEW, "no event is on record", None
    if must_be_destroyed(bases, on):
        return Fate.DUE, best.provision, best.last_day
    fate = Fate.REVIEW if best.keep is Keep.REVIEW else Fate.KEPT
    return fate, best.provision, best.last_day
