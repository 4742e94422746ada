"""The record to which a frame belongs: proposed by one person, checked by another, then written.

A link made of two sealed decisions needs no such check, because two examiners have already
decided.
"""

from dataclasses import dataclass

from domain.access.access import Caller, Scope
from domain.conversion.frames import FrameState, Match, MatchBasis, MatchOutcome
from domain.errors import ConflictError, InvalidInputError, SelfVerificationError, existing
from domain.events.conversion import MatchProposed, MatchRead
from domain.ids import CandidateId, FrameId, LinkId, PersonId
from domain.plain_text import require_words
from domain.searches.searches import Search
from service.storage.unit_of_work import UnitOfWork
from service.usecases.conversion.lots import CHANGED, AtFrame, at_frame
from service.usecases.conversion.matching import above_floor, check_still_new
from service.usecases.conversion.writing import write_frame
from service.usecases.log.checkpoints import demand_witnessed
from service.usecases.requests.doubts import demand_concluded, is_inconclusive
from service.usecases.services import Services


@dataclass(frozen=True, slots=True)
class ProposeMatch:
    """One person's proposal of the record to which a frame belongs."""

    caller: Caller
    frame_id: FrameId
    outcome: MatchOutcome
    candidate_id: CandidateId | None = None
    """The candidate whose existing record is meant, if the search was by details."""
    other_candidate_id: CandidateId | None = None
    """The second candidate, if two records belong to the same person."""
    words: str = ""


@dataclass(frozen=True, slots=True)
class ReadMatch:
    """A second person's answer to a proposal."""

    caller: Caller
    frame_id: FrameId
    agrees: bool


def propose_match(services: Services, command: ProposeMatch) -> FrameState:
    """Propose the record to which a frame belongs, and return the frame's new state.

    A second person must check the proposal. If it follows from a link of two sealed decisions, no
    check is needed and the frame is written at once. Raises NotPermittedError, NotFoundError,
    ConflictError (no search yet, a candidate that the last search did not find, or examiners are
    still working), InvalidInputError (empty `words`, too few or too many candidates, or an outcome
    that contradicts the search), AwaitsWitnessError.
    """
    with services.begin(command.caller, Scope.SETTLE_FRAMES) as unit:
        at = at_frame(services, unit, command.caller, command.frame_id, FrameState.MATCHING)
        match, frame = _proposed(at, command), at.frame
        unit.conversion_matches.propose(frame.frame_id, frame.round, match, at=at.now)
        at.record(MatchProposed.of(match, frame_id=frame.frame_id, round=frame.round))
        is_linked = match.link_id is not None
        state = _agreed(at, match) if is_linked else at.move(FrameState.PROPOSED)
    services.gallery.catch_up()
    return state


def _proposed(at: AtFrame, command: ProposeMatch) -> Match:
    unit, frame = at.unit, at.frame
    started = unit.conversion_matches.searched(frame.frame_id, frame.round)
    if started is None:
        raise ConflictError("The records have not been searched yet: search for the person first.")
    search = existing(unit.searches.get(started.search_id))
    number = unit.conversion_matches.next_number(frame.frame_id, frame.round)
    named_by = _by_prints if started.basis is MatchBasis.PRINTS else _by_details
    named = named_by(at, search, command)
    return Match(
        number,
        command.outcome,
        started.basis,
        search.search_id,
        named.candidates,
        at.by,
        named.person_id,
        named.other_id,
        named.link_id,
        command.words,
    )


@dataclass(frozen=True, slots=True)
class _Named:
    """The people that a proposal names."""

    candidates: int
    person_id: PersonId | None = None
    other_id: PersonId | None = None
    link_id: LinkId | None = None


def _by_details(at: AtFrame, search: Search, command: ProposeMatch) -> _Named:
    above = above_floor(at.unit, search.search_id)
    by_id = {one.candidate_id: one.person_id for one in above}
    wanted = _WANTED[command.outcome]
    given = [one for one in (command.candidate_id, command.other_candidate_id) if one is not None]
    if set(given) - by_id.keys():
        raise ConflictError(
            "The search has been repeated since you opened it: reload its candidates."
        )
    if len(given) != wanted or len(set(given)) != wanted:
        raise InvalidInputError(
            "Name one candidate for “existing record”, two for “two records”, and otherwise none.",
            pointer="/candidate_id",
        )
    if above:
        require_words(command.words, "/words")
    people = [by_id[one] for one in given] + [None, None]
    return _Named(len(above), people[0], people[1])


_WANTED = {
    MatchOutcome.EXISTING: 1,
    MatchOutcome.MERGE: 2,
    MatchOutcome.NEW: 0,
    MatchOutcome.CANNOT_TELL: 0,
}
"""The number of candidates that each outcome must name."""


def _by_prints(at: AtFrame, search: Search, command: ProposeMatch) -> _Named:
    demand_concluded(search)
    if command.candidate_id is not None or command.other_candidate_id is not None:
        raise InvalidInputError(
            "In a search by prints, the examiners decide who the person is: send no candidate.",
            pointer="/candidate_id",
        )
    link = at.unit.links.get(search.link_id) if search.link_id else None
    if command.outcome is MatchOutcome.CANNOT_TELL:
        return _Named(int(link is not None))
    is_linked = link is not None and link.revoked_at is None
    is_fitting = command.outcome is (MatchOutcome.EXISTING if is_linked else MatchOutcome.NEW)
    is_open = not is_linked and (link is not None or is_inconclusive(at.unit, search))
    if not is_fitting or is_open:
        raise InvalidInputError(
            "The search by prints has a different outcome: propose that outcome, or propose "
            "“cannot be decided”.",
            pointer="/outcome",
        )
    if link is None or not is_linked:
        return _Named(0)
    demand_witnessed(at.services, at.unit, link)
    return _Named(1, link.person_id, link_id=link.link_id)


def read_match(services: Services, command: ReadMatch) -> FrameState:
    """Agree or disagree with a proposal, and return the new state of the frame.

    If the caller agrees, the frame is written in the same transaction. A new record is started
    only if nobody added since the search may be the same person. Raises NotPermittedError,
    NotFoundError, ConflictError, FoundSinceError (the frame must be searched again),
    SelfVerificationError (the caller proposed it), and the errors of `write_frame`.
    """
    command.caller.actor.require(Scope.SETTLE_FRAMES)
    state = None
    while state is None:
        searched_to = check_still_new(services, command.frame_id) if command.agrees else None
        state = _read(services, command, searched_to)
    services.gallery.catch_up()
    return state


def _read(services: Services, command: ReadMatch, searched_to: int | None) -> FrameState | None:
    """Store an answer to a proposal. Store nothing and return None if the gallery has changed."""
    with services.units.write() as unit:
        at = at_frame(services, unit, command.caller, command.frame_id, FrameState.PROPOSED)
        match = existing(unit.conversion_matches.last(at.frame.frame_id, at.frame.round))
        if match.proposed_by == at.by:
            raise SelfVerificationError("You made this proposal: another person must agree to it.")
        state = _agreed(at, match) if command.agrees else _sent_back(at, match)
        # Lock last, because every writer locks the head of the log: otherwise two writers could
        # deadlock.
        if searched_to is not None and unit.events.lock_last_change() != searched_to:
            return None
        unit.commit()
    return state


def _sent_back(at: AtFrame, match: Match) -> FrameState:
    _note_reading(at, match, agrees=False)
    return at.move(FrameState.MATCHING)


def _agreed(at: AtFrame, match: Match) -> FrameState:
    _note_reading(at, match, agrees=True)
    if match.outcome is MatchOutcome.CANNOT_TELL:
        return at.move(FrameState.UNATTACHED)
    if match.outcome is MatchOutcome.MERGE and _merged(at.unit, match) is None:
        return at.move(FrameState.MERGING)
    return _write(at, match)


def _write(at: AtFrame, match: Match) -> FrameState:
    is_new = match.outcome is MatchOutcome.NEW
    by_prints = match.basis is MatchBasis.PRINTS
    person = None
    if not is_new:
        person = _merged(at.unit, match) or match.person_id
        person = person and (at.unit.merges.survivor(person) or person)
    write_frame(at, person, prints_of=match.search_id if is_new and by_prints else None)
    return FrameState.WRITTEN


def _merged(unit: UnitOfWork, match: Match) -> PersonId | None:
    """Return the surviving person of a merge case; None while the two are not merged."""
    if match.person_id is None or match.other_person_id is None:
        return None
    both = {unit.merges.survivor(one) or one for one in (match.person_id, match.other_person_id)}
    return both.pop() if len(both) == 1 else None


def _note_reading(at: AtFrame, match: Match, *, agrees: bool) -> None:
    frame = at.frame
    at.unit.conversion_matches.read(
        frame.frame_id, frame.round, match, by=at.by, agrees=agrees, at=at.now
    )
    at.record(MatchRead(frame.frame_id, frame.round, match.number, agrees))


def write_merged(services: Services, caller: Caller, frame_id: FrameId) -> FrameState:
    """Write a frame of a merge case once its two records are merged; return its new state.

    Raises NotPermittedError, NotFoundError, ConflictError (the records are not merged yet).
    """
    with services.begin(caller, Scope.SETTLE_FRAMES) as unit:
        at = at_frame(services, unit, caller, frame_id, FrameState.MERGING)
        match = existing(unit.conversion_matches.last(frame_id, at.frame.round))
        if not match.agrees:
            raise ConflictError(CHANGED)
        if _merged(unit, match) is None:
            raise ConflictError(
                "The two records are not merged yet: ask a supervisor to propose the merge."
            )
        return _write(at, match)
