"""Weighing stored searches under two models, showing the differences, and recording the choice.

Probes, templates and record versions are those of the time of each search. Both models weigh the
same candidates: those that were stored. So a candidate who was not stored, but whom the other
model would have ranked above all of them, is not seen.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from domain.access.access import Caller, Scope
from domain.errors import ConflictError
from domain.events.models import ModelChosen, ModelFitted
from domain.ids import ModelChoiceId
from domain.plain_values import made_from
from domain.searches.evidence import Band, Evidence
from domain.searches.models import ModelChoice
from domain.searches.searches import Search, SearchType
from matching.scorer import Scorer
from service.storage.unit_of_work import UnitOfWork
from service.usecases.log.recording import record
from service.usecases.searches.looking_up import compare
from service.usecases.searches.recorded import details_then
from service.usecases.services import StoreServices


@dataclass(frozen=True, slots=True)
class Difference:
    """How two models, named by their digests, differ on stored searches. Names no person.

    `bands` counts candidates by their bands under the first and the second model, including those
    with equal bands. `moved_bits` holds the median, the 95th percentile and the maximum of the
    absolute differences of candidates' totals. `left_out` counts searches of which something was
    erased, or that have no candidates.
    """

    one: str
    other: str
    searches: int
    left_out: int
    changed: int
    leaders: int
    """Searches whose strongest candidate changes."""
    proposed: int
    """Candidates proposed only by the second model."""
    no_longer: int
    """Candidates proposed only by the first model."""
    bands: tuple[tuple[Band, Band, int], ...]
    moved_bits: tuple[float, float, float]


def compare_models(
    services: StoreServices, caller: Caller, scorers: tuple[Scorer, Scorer], *, limit: int
) -> Difference:
    """Weigh the candidates of the newest print searches under both models.

    Names enquiries are left out: their details were compared with a gallery whose size is not on
    record. Raises NotPermittedError.
    """
    with services.reading(caller, Scope.OPERATE) as unit:
        searches = unit.searches.newest(limit)
    counted = _Counted()
    for search in searches:
        with services.units.read() as unit:
            both = _weighed(services, unit, search, scorers)
        counted.take(both)
    return counted.difference(scorers[0].digest, scorers[1].digest)


_Both = tuple[Sequence[Evidence], Sequence[Evidence]]


class _Counted:
    """The counts so far."""

    def __init__(self) -> None:
        self.searches = self.left_out = self.changed = self.leaders = 0
        self.bands: Counter[tuple[Band, Band]] = Counter()
        self.moved: list[float] = []

    def take(self, both: _Both | None) -> None:
        """Count one search; None means that it cannot be weighed."""
        if both is None:
            self.left_out += 1
            return
        one, other = both
        pairs = [(first.band, second.band) for first, second in zip(one, other, strict=True)]
        has_other_leader = _leader(one) != _leader(other)
        self.searches += 1
        self.leaders += has_other_leader
        self.changed += has_other_leader or any(first is not second for first, second in pairs)
        self.bands.update(pairs)
        self.moved += [
            abs(first.total_bits - second.total_bits)
            for first, second in zip(one, other, strict=True)
        ]

    def difference(self, one: str, other: str) -> Difference:
        """Return the difference between two models, given their digests."""
        moved = np.percentile(self.moved, [50, 95, 100]).tolist() if self.moved else [0.0] * 3
        return made_from(
            Difference,
            self,
            one=one,
            other=other,
            proposed=self._proposed(1),
            no_longer=self._proposed(0),
            bands=tuple((*pair, count) for pair, count in sorted(self.bands.items())),
            moved_bits=(moved[0], moved[1], moved[2]),
        )

    def _proposed(self, side: int) -> int:
        return sum(
            count
            for pair, count in self.bands.items()
            if pair[side] is Band.PROPOSED and pair[1 - side] is not Band.PROPOSED
        )


def _leader(evidence: Sequence[Evidence]) -> int:
    return int(np.argmax([one.total_bits for one in evidence]))


def _weighed(
    services: StoreServices, unit: UnitOfWork, search: Search, scorers: tuple[Scorer, Scorer]
) -> _Both | None:
    probe = unit.searches.probe(search.search_id)
    found = unit.searches.candidates(search.search_id)
    kept = [one for one in found if one.encounter_id and one.evidence.rows]
    if probe is None or search.search_type is SearchType.NAMES or not kept:
        return None
    held = unit.encounters.templates_by_id(
        [one.encounter_id for one in kept if one.encounter_id], at=search.basis.index_cursor
    )
    row_of = {encounter: row for row, encounter in held.encounter_ids.items()}
    kept = [one for one in kept if one.encounter_id in row_of]
    if not kept:
        return None
    rows = [row_of[one.encounter_id] for one in kept if one.encounter_id]
    comparisons = compare(services.print_format, search.search_type, probe, held, rows)
    details = [details_then(unit, one) for one in kept]
    size = search.basis.gallery_size
    first, second = (
        tuple(one.score_prints(probe, comparisons, details, gallery_size=size)) for one in scorers
    )
    return first, second


def chosen_model(services: StoreServices) -> str | None:
    """Return the digest of the most recently chosen model; None before the first choice."""
    with services.units.read() as unit:
        choice = unit.model_choices.last()
    return None if choice is None else choice.model_digest


def choose_model(services: StoreServices, caller: Caller, difference: Difference) -> ModelChoice:
    """Choose the second model of a comparison, for use from the next start of the service.

    Raises NotPermittedError, and ConflictError if that model is already in use or another choice
    has been made since.
    """
    caller.actor.require(Scope.OPERATE)
    if difference.other == difference.one:
        raise ConflictError("That model is already in use.")
    with services.units.begin() as unit:
        last = unit.model_choices.last()
        choice = ModelChoice(
            choice_id=ModelChoiceId(services.new_id()),
            number=1 if last is None else last.number + 1,
            model_digest=difference.other,
            previous_digest=difference.one,
            searches=difference.searches,
            changed=difference.changed,
            chosen_by=caller.actor.user_id,
            chosen_at=services.now(),
        )
        unit.model_choices.add(choice)
        record(services, unit, caller, ModelChosen.of(choice))
    return choice


def note_fit(
    services: StoreServices, caller: Caller, digest: str, *, cases: int, pairs: int
) -> None:
    """Log that the prints and details of decided cases were read to fit a model."""
    with services.begin(caller, Scope.OPERATE) as unit:
        record(services, unit, caller, ModelFitted(digest, cases, pairs))
