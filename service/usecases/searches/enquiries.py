"""Names enquiries: possible people found only by details, in words, with no score and no link."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from domain.access.access import Caller, Scope
from domain.errors import existing
from domain.events.declaring import Event
from domain.events.looking import LookKind
from domain.events.searches import Searched
from domain.ids import CandidateId, ForceCode, RecordId, SearchId
from domain.people.people import Details
from domain.searches import searches
from domain.searches.evidence import Band
from service.ports.gallery import Stage
from service.ports.surroundings import planned_once
from service.storage.people.people import HeldPerson
from service.storage.unit_of_work import UnitOfWork
from service.usecases.idempotency import IdempotencyKey, claimed, remember, remembered
from service.usecases.log.recording import candidates_shown, keep_look, record
from service.usecases.searches.looking_up import check_probe
from service.usecases.searches.searching import new_search
from service.usecases.searches.weighing import Weighed, basis_of, proposed
from service.usecases.services import Services

TOLD_BANDS = (Band.PROPOSED, Band.POSSIBLE)
"""The bands that are disclosed. Unlikely candidates are stored as evidence and not disclosed."""


@dataclass(frozen=True, slots=True)
class EnquireByNames:
    """A request to search by personal details (such as names and birth), without prints."""

    caller: Caller
    said: Details
    idempotency: IdempotencyKey | None = None


@dataclass(frozen=True, slots=True)
class NamedCandidate:
    """A possible person, as far as a force may know them."""

    candidate_id: CandidateId
    band: Band
    owner: ForceCode
    """The force that holds the record."""
    record_id: RecordId | None
    """Given only to the force that owns the record; any other force must ask the owner."""


@dataclass(frozen=True, slots=True)
class EnquiryAnswer:
    """The answer, ordered by band; the order within a band has no meaning."""

    search_id: SearchId
    candidates: tuple[NamedCandidate, ...]
    waiting: int = 0
    """The number of items that may be about the person and still wait to be attached to a record;
    none of them is on record yet. Ask the office about them."""


@planned_once()
def enquire(services: Services, command: EnquireByNames) -> EnquiryAnswer:
    """Search the records by details, store the candidates with their evidence, and answer.

    Raises NotPermittedError, EmptyProbeError, IdempotencyConflictError.
    """
    command.caller.actor.require(Scope.NAMES_ENQUIRY)
    command.caller.require_force()
    check_probe(searches.SearchType.NAMES, searches.Probe((), command.said))
    earlier = _earlier(services, command)
    if earlier is None:
        answer = _store(services, command, weigh_names(services, command.said))
    else:
        _show_again(services, command.caller, SearchId(earlier))
        with services.units.read() as unit:
            services.waiting.follow(unit)
            answer = _answer(unit, command.caller, SearchId(earlier))
    return replace(answer, waiting=len(waiting_for(services, command.said)))


def _earlier(services: Services, command: EnquireByNames) -> str | None:
    if command.idempotency is None:
        return None
    with services.units.read() as unit:
        return remembered(unit, command.caller, command.idempotency)


def weigh_names(services: Services, said: Details) -> Weighed:
    """Return the people whose details may be those stated, with evidence. Nothing is stored."""
    waited = services.waiting.generation
    found = _found(services, said)
    if services.waiting.generation != waited:
        # An item that was waiting may have been attached to a record since the names were
        # searched.
        found = _found(services, said)
    with services.stages.timed(Stage.SCORING):
        words = services.names.words(said)
        candidates = _weighed(services, said, found, words)
    services.stages.found(len(candidates))
    index = services.gallery.index
    return Weighed(
        basis_of(services, generation=index.generation, digest=index.digest),
        searches.Probe((), said, words=words),
        candidates,
    )


def waiting_for(
    services: Services,
    said: Details,
    floor: float | None = None,
    bands: Collection[Band] = TOLD_BANDS,
) -> tuple[searches.WaitingItem, ...]:
    """Return the items waiting to be attached that may be about the person with these details.

    The items are those known at the last enquiry, or at the last `services.waiting.follow`.
    `floor` is the posterior, 0 to 1, from which an item counts although an enquiry would not
    disclose it; None means only items of these bands. None of these items is a record yet.
    """
    items = services.waiting.candidates(said, services.policy.scored_candidates)
    if not items:
        return ()
    scored = services.scorer.score_details(
        said,
        [one.details for one in items],
        gallery_size=len(services.names) + len(items),
        words=services.names.words(said),
    )
    return tuple(
        item
        for item, one in zip(items, scored, strict=True)
        if one.band in bands
        or (floor is not None and one.reaches(floor) and one.total_bits > one.prior_bits)
    )


def _found(services: Services, said: Details) -> tuple[HeldPerson, ...]:
    """Return the people whose details the names index proposes, without people erased meanwhile.

    Waiting items are updated in the transaction that reads the people, after the search by names,
    so that nothing is missed in between.
    """
    with services.stages.timed(Stage.CANDIDATE_SEARCH):
        rows = services.names.candidates(said, services.policy.scored_candidates)
    with services.stages.timed(Stage.RECORDS), services.units.read() as unit:
        services.waiting.follow(unit)
        held = unit.people.held(rows)
    return tuple(held[row] for row in rows if row in held and held[row].details is not None)


def _weighed(
    services: Services, said: Details, found: tuple[HeldPerson, ...], words: searches.CountedWords
) -> tuple[searches.Candidate, ...]:
    if not found:
        return ()
    scored = services.scorer.score_details(
        said,
        [person.details for person in found],
        gallery_size=len(services.names),
        words=words,
    )
    kept = scored.ranking()[: services.policy.stored_candidates]
    evidence = zip(kept.tolist(), scored.select(kept), strict=True)
    return proposed(services.surroundings.new_id, ((found[at], None, one) for at, one in evidence))


def _store(services: Services, command: EnquireByNames, weighed: Weighed) -> EnquiryAnswer:
    with services.units.begin() as unit:
        earlier = claimed(unit, command.caller, command.idempotency)
        if earlier is not None:
            # An equal call was answered since this one began: its answer is shown again.
            shown = _shown(services, unit.searches.candidates(SearchId(earlier)))
            record(services, unit, command.caller, shown)
            return _answer(unit, command.caller, SearchId(earlier))
        search = new_search(
            services,
            command.caller,
            command.caller.require_force(),
            searches.SearchType.NAMES,
            basis=weighed.basis,
            state=searches.SearchState.CONCLUDED,
        )
        unit.searches.add(search, weighed.probe, weighed.candidates, is_whole=True)
        event = Searched(
            search.search_id,
            batch_line="",
            search_type=searches.SearchType.NAMES,
            candidates=len(weighed.candidates),
            model_digest=search.basis.model_digest,
            configuration_digest=search.basis.configuration_digest,
        )
        record(services, unit, command.caller, event)
        record(services, unit, command.caller, _shown(services, weighed.candidates), search)
        remember(services, unit, command.caller, command.idempotency, search.search_id)
        return _answer(unit, command.caller, search.search_id)


def _show_again(services: Services, caller: Caller, search_id: SearchId) -> None:
    """Log that the answer to an earlier call is given again."""
    with services.units.read() as unit:
        existing(unit.searches.get(search_id))
        candidates = unit.searches.candidates(search_id)
    keep_look(services, caller, _shown(services, candidates))


def _shown(services: Services, candidates: Sequence[searches.Candidate]) -> Event:
    told = (one for one in candidates if one.evidence.band in TOLD_BANDS)
    return candidates_shown(services, LookKind.ENQUIRY, told)


def _answer(unit: UnitOfWork, caller: Caller, search_id: SearchId) -> EnquiryAnswer:
    """Return the answer from the stored candidates. Erased records are left out."""
    told = [
        NamedCandidate(
            candidate_id=held.candidate_id,
            band=held.band,
            owner=held.force,
            record_id=held.record_id if held.force == caller.actor.force else None,
        )
        for held in unit.searches.holders(search_id, TOLD_BANDS)
    ]
    # Candidate ids are random, so the order within a band reveals nothing.
    told.sort(key=lambda named: (TOLD_BANDS.index(named.band), named.candidate_id))
    return EnquiryAnswer(search_id, tuple(told))
