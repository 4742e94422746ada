"""Whether everybody's prints may be kept on a day, and the captures and provisions that decide."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from domain.access.access import Caller, Scope
from domain.errors import existing
from domain.events.looking import LookKind
from domain.ids import EncounterId, EncounterRow, PersonId, PersonRow, RecordId
from domain.people.convictions import ConvictionVersion
from domain.people.people import Details
from domain.requests.releasing import HeldConviction
from domain.retention.capture_facts import CaptureFact, FactDecision
from domain.retention.retention import Review, ReviewDecision, versions_text
from rules.mopi import CaseworkReview, casework_review
from rules.retention import FINGERPRINTS, Basis, Keep, longest
from rules.situations import EVENTS, bases_of
from service.storage.retention.held import HeldCapture, HeldHuman
from service.storage.unit_of_work import UnitOfWork
from service.usecases.log.recording import look
from service.usecases.people.merging import same_person
from service.usecases.retention.captures import Fate, JudgedCapture, Stated, judged, ruled
from service.usecases.retention.events import known_events
from service.usecases.services import StoreServices

RULES = f"{FINGERPRINTS} {EVENTS}"
"""The rules by which a plan is computed."""


NO_PRINTS = "no prints are held"
"""The provision for people who only have entries on record. Entries have their own rules."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The result for one human being, including merged people, on a day."""

    person_row: PersonRow
    person_id: PersonId
    """The id of the person; for merged people, of the person that the others are merged into."""
    fate: Fate
    bases: tuple[Basis, ...]
    """For each event, the basis that allows data to be kept longest."""
    provision: str
    """The provision that decides."""
    last_day: date | None
    versions: str
    review: Review | None = None
    """The last decision, if it was made on the present records."""
    captures: tuple[JudgedCapture, ...] = ()
    """Left out if every event keeps prints and no fact is stated about a capture."""

    @property
    def due(self) -> tuple[JudgedCapture, ...]:
        """The captures that nothing allows to be kept."""
        return tuple(one for one in self.captures if one.fate is Fate.DUE)


Taken = Callable[[], Sequence[HeldCapture]]
"""Reads the captures of people. It is called only if a reason to keep them may have ended."""


def everybody(unit: UnitOfWork, on: date) -> Iterator[Standing]:
    """Yield the result for everybody who is neither erased nor hidden.

    Raises VaultDamagedError for a damaged record.
    """
    merged, reviews = unit.held_people.merged(), unit.reviews.all()
    facts = unit.capture_facts.every()

    def judge(group: Sequence[HeldHuman]) -> Standing:
        stated = {row: one for human in group for row, one in _of(facts, human)}
        return standing(group, reviews, on, stated, _taken(unit, group))

    groups: dict[PersonRow, list[HeldHuman]] = {}
    for page in unit.held_people.pages():
        for human in page:
            if human.person_row in merged:
                groups.setdefault(human.head_row, []).append(human)
            else:
                yield judge((human,))
    yield from map(judge, groups.values())


def _of(
    facts: Mapping[PersonRow, Stated], human: HeldHuman
) -> Iterable[tuple[EncounterRow, tuple[CaptureFact, ...]]]:
    return facts.get(human.person_row, {}).items()


def _taken(unit: UnitOfWork, group: Sequence[HeldHuman], called_back: str = "") -> Taken:
    return lambda: unit.held_people.taken([one.person_row for one in group], called_back)


def standing_of(
    unit: UnitOfWork, person_id: PersonId, on: date, called_back: str = ""
) -> Standing | None:
    """Return the result for one person, as if this purge of theirs had been called back.

    None if the person is unknown, erased or hidden.
    """
    group = unit.held_people.these(same_person(unit, person_id), called_back)
    if person_id not in {one.person_id for one in group}:
        return None
    rows = [one.person_row for one in group]
    stated = unit.capture_facts.of(rows)
    return standing(group, unit.reviews.of(rows), on, stated, _taken(unit, group, called_back))


def standing(
    group: Sequence[HeldHuman],
    reviews: Mapping[PersonRow, Review],
    on: date,
    stated: Stated,
    taken: Taken,
) -> Standing:
    """Return the result of the retention rules for merged people, who are one human being."""
    head = next((one for one in group if one.person_row == one.head_row), group[0])
    known = known_events(group)
    bases = bases_of(known.events, on)
    versions = versions_text(
        {one.record.record_id: one.version for one in group if one.record is not None}
    )
    review = _last(reviews.get(one.person_row) for one in group)
    if review is not None and not _counts(review, versions, stated):
        review = None
    captures: tuple[JudgedCapture, ...] = ()
    if not any(one.has_prints for one in group):
        # These rules are about prints: if no prints are held, nothing is destroyed.
        decided: _Decision = (Fate.KEPT, NO_PRINTS, None)
    elif review is not None:
        captures = ruled(taken(), stated, _ruled(review, on))
        decided = _over(captures)
    elif not stated and not bases:
        # A capture without a known event is never due, so it need not be read.
        decided = Fate.REVIEW, "no event is on record", None
    elif not stated and (kept := _kept(bases, on)):
        decided = kept
    else:
        captures = judged(taken(), stated, known, on)
        decided = _over(captures)
    fate, provision, last_day = decided
    return Standing(
        *(head.person_row, head.person_id, fate, bases, provision, last_day, versions),
        review=review,
        captures=captures,
    )


_Decision = tuple[Fate, str, date | None]
"""The fate, the provision and the last day."""


def _counts(review: Review, versions: str, stated: Stated) -> bool:
    """Whether nothing has changed since a review: no record, and no agreed capture fact."""
    agreed = (one for facts in stated.values() for one in facts)
    days = (one.decided_at for one in agreed if one.decision is FactDecision.AGREED)
    is_later = any(day is not None and day > review.decided_at for day in days)
    return review.versions == versions and not is_later


def _last(reviews: Iterable[Review | None]) -> Review | None:
    found = [one for one in reviews if one is not None]
    return max(found, key=lambda one: (one.decided_at, one.request_id), default=None)


def _ruled(review: Review, on: date) -> _Decision:
    ruling = review.ruling
    said = f"review: {ruling.ground.value}"
    if ruling.decision is ReviewDecision.ERASE or ruling.next_on is None:
        return Fate.DUE, said, None
    return (Fate.KEPT if ruling.next_on >= on else Fate.REVIEW), said, ruling.next_on


def _kept(bases: Sequence[Basis], on: date) -> _Decision | None:
    """Return the basis that allows prints to be kept longest if every event keeps its prints by a
    rule; otherwise None.
    """
    best = longest(bases)
    by_rule = all(one.keeps_on(on) and one.keep is not Keep.REVIEW for one in bases)
    return (Fate.KEPT, best.provision, best.last_day) if best is not None and by_rule else None


def _over(captures: Sequence[JudgedCapture]) -> _Decision:
    """Return the result for several captures together: due, to be reviewed, or all kept."""
    for fate in (Fate.DUE, Fate.REVIEW, Fate.KEPT):
        found = [one for one in captures if one.fate is fate]
        if found:
            last = max(found, key=lambda one: (one.basis.keep, one.last_day or date.min))
            return fate, last.provision, last.last_day
    return Fate.KEPT, NO_PRINTS, None


@dataclass(frozen=True, slots=True)
class ShownBases:
    """The retention result for a person and for each of their captures, with the events and
    convictions on which it is based.
    """

    standing: Standing
    on: date
    records: tuple[RecordId, ...]
    captures: tuple[EncounterId, ...]
    prints: tuple[JudgedCapture, ...] = ()
    """Captures that no purge has hidden, each with its event, its basis and its facts."""
    events: Mapping[str, str] = field(default_factory=dict)
    """The reference of each event, by the item of a record that names the event, as
    `record.item`."""
    convictions: tuple[HeldConviction, ...] = ()
    casework: CaseworkReview | None = None
    details: tuple[Details, ...] = ()
    """The person as each of their records names them."""


def show_bases(
    services: StoreServices, caller: Caller, person_id: PersonId, on: date | None = None
) -> ShownBases:
    """Return the basis for each event, and for a person's items, as of a day (default: today).

    Raises NotPermittedError, NotFoundError.
    """
    day = on or services.today()
    with services.reading(caller, Scope.READ_REQUESTS) as unit:
        found = existing(standing_of(unit, person_id, day))
        people = same_person(unit, person_id)
        group = unit.held_people.these(people)
        rows = [one.person_row for one in group]
        captures, taken = unit.held_people.captures(rows), unit.held_people.taken(rows)
    known = known_events(group)
    prints = found.captures or judged(taken, {}, known, day)
    records = tuple(one.record.record_id for one in group if one.record is not None)
    look(services, caller, LookKind.RETENTION, (*people, *records, *captures))
    convictions = tuple(one for human in group for one in _convictions(human))
    details = tuple(one.record.details for one in group if one.record is not None)
    casework = casework_review(known.events, day)
    shown = (records, captures, prints, known.named, convictions, casework, details)
    return ShownBases(found, day, *shown)


def _convictions(human: HeldHuman) -> Iterator[HeldConviction]:
    if human.record is not None:
        items = human.items[len(human.record.arrest_reports) :]
        for item, conviction in zip(items, human.record.convictions, strict=True):
            ref = ConvictionVersion(human.record.record_id, item, human.version)
            yield HeldConviction(ref, conviction)
