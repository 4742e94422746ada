"""Compare what happened to every frame with the truth."""

from collections import Counter
from dataclasses import dataclass, field

from benchmarks.converting.office import EQUAL_SLIPS, FIELD_ERROR, Truth, frames_in, lot_ids
from domain.conversion.acceptance import counts_within, undetected_share
from domain.conversion.form import FormField, differing
from domain.conversion.frames import ENDED, Frame, FrameState, Match, MatchOutcome
from domain.ids import PersonId
from domain.people.convictions import Conviction, InformationSource
from service.storage.unit_of_work import UnitOfWork
from service.usecases.services import Services


@dataclass(slots=True)
class Tally:
    """Counts over all frames."""

    lost: int = 0
    doubled: int = 0
    fields: int = 0
    undetected: int = 0
    settled_wrong: int = 0
    """Fields that differ from the truth after settling, including undetected errors."""
    decided: int = 0
    right: int = 0
    on_details_alone: int = 0
    states: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)


def checked(services: Services, truth: Truth) -> Tally:
    """Return the counts of a finished conversion."""
    tally = Tally()
    people = _PeopleSoFar(truth)
    with services.units.read() as unit:
        people.learn_known(unit)
        frames = _frames(unit, truth, lot_ids(services), tally)
        for number, frame in frames:
            _check_fields(unit, truth, number, frame, tally)
        for number, frame in sorted(frames, key=lambda one: _decided_at(unit, one[1])):
            _check_match(unit, people, number, frame, tally)
        tally.doubled += _doubled(unit, frames)
    return tally


def predicted(fields: int) -> tuple[int, int]:
    """Return the 99 % interval of the number of undetected errors in this many fields."""
    return counts_within(fields, undetected_share(FIELD_ERROR, EQUAL_SLIPS))


def _frames(
    unit: UnitOfWork, truth: Truth, lots: tuple[str, ...], tally: Tally
) -> list[tuple[int, Frame]]:
    """Return every frame with its number in the truth. Missing frames are counted as lost."""
    found = []
    for lot, lot_id in enumerate(lots):
        held = unit.conversion_frames.listed(lot_id, list(FrameState), limit=1_000_000)  # type: ignore[arg-type]  # an id of the store
        places = Counter(frame.number for frame in held)
        wanted = frames_in(truth, lot)
        tally.lost += sum(not places[number + 1] for number in range(len(wanted)))
        tally.doubled += sum(count - 1 for count in places.values())
        tally.lost += sum(frame.state not in ENDED for frame in held)
        tally.states.update(frame.state.value for frame in held)
        found += [(wanted.start + frame.number - 1, frame) for frame in held]
    return found


def _check_fields(unit: UnitOfWork, truth: Truth, number: int, frame: Frame, tally: Tally) -> None:
    keyings = [one.keying for one in unit.conversion_keyings.of(frame.frame_id, frame.round)]
    settled = unit.conversion_keyings.settled(frame.frame_id, frame.round)
    if len(keyings) != 2 or None in keyings or settled is None:
        tally.lost += frame.state is not FrameState.DESTROYED
        return
    true = truth.form(number)
    first, second = (one.form for one in keyings if one is not None)
    wrong = set(differing(first, true)) - set(differing(first, second))
    tally.fields += len(FormField)
    tally.undetected += len(wrong)
    tally.settled_wrong += len(differing(settled.form, true))


def _decided_at(unit: UnitOfWork, frame: Frame) -> tuple[int, int]:
    writing = unit.conversion_writings.of(frame.frame_id, frame.round)
    return (0, 0) if writing is None else (1, int(writing.written_at.timestamp() * 1e6))


class _PeopleSoFar:
    """Which persons in the store are which people in the truth."""

    def __init__(self, truth: Truth) -> None:
        self.truth = truth
        self.true_of: dict[PersonId, int] = {}

    def learn_known(self, unit: UnitOfWork) -> None:
        """Learn which people were enrolled before, by their order."""
        found = unit.people.details_after(0, self.truth.known)  # type: ignore[arg-type]  # before all
        ids = unit.people.person_ids(list(found))
        for number, row in enumerate(sorted(found)):
            self.true_of[ids[row]] = number


def _check_match(
    unit: UnitOfWork, people: _PeopleSoFar, number: int, frame: Frame, tally: Tally
) -> None:
    match = unit.conversion_matches.last(frame.frame_id, frame.round)
    if match is None:
        return
    tally.outcomes[match.outcome.value] += 1
    tally.on_details_alone += _is_alone(frame, match)
    writing = unit.conversion_writings.of(frame.frame_id, frame.round)
    if writing is None:
        return
    true = people.truth.person_of(number).number
    tally.decided += 1
    if match.outcome is MatchOutcome.NEW:
        tally.right += true not in set(people.true_of.values())
        people.true_of[writing.person_id] = true
    else:
        tally.right += people.true_of.get(writing.person_id) == true


def _is_alone(frame: Frame, match: Match) -> bool:
    """Whether a frame was attached by fewer than two people."""
    has_second = match.read_by is not None and match.read_by != match.proposed_by
    return frame.state is FrameState.WRITTEN and not (match.link_id or has_second)


def _doubled(unit: UnitOfWork, frames: list[tuple[int, Frame]]) -> int:
    """Return how many convictions of the conversion no frame has written, or are missing."""
    written: Counter[tuple[str, str]] = Counter()
    records: set[str] = set()
    for _, frame in frames:
        writing = unit.conversion_writings.of(frame.frame_id, frame.round)
        if writing is None:
            continue
        records.add(writing.record_id)
        for item in writing.items:
            if item.item_id.startswith("conviction-") and not item.is_second_source:
                written[writing.record_id, item.item_id] += 1
    held: Counter[tuple[str, str]] = Counter()
    for record_id in records:
        head = unit.records.versions(record_id)[-1]  # type: ignore[arg-type]  # an id of the store
        version = unit.records.version(head.record_id, head.version)
        for one in version.items.held if version else ():
            if isinstance(one.value, Conviction):
                is_ours = one.value.source.kind is InformationSource.BACK_RECORD
                held[record_id, one.item_id] += is_ours
    return sum(abs(held[key] - written[key]) for key in held | written)
