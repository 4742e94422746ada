"""Keying a frame, searching for the person whom it is about, and the candidates found by details.

Two people key each frame; neither sees the other's keying, and no third keying is made. Prints of
sufficient quality go to the examiners, as in any search. A search by details gives candidates. Two
people compare them with the frame, one after the other, and nothing is attached to a record
without both.
"""

from dataclasses import dataclass
from itertools import chain

from domain.access.access import Caller, Scope
from domain.conversion.content import FoundSinceError, NotSearchableError, details_of_form
from domain.conversion.form import Form, FrameFault, KeptKeying, Keying, disagreement
from domain.conversion.frames import KEYABLE, Frame, FrameState, Match, MatchBasis, MatchOutcome
from domain.errors import ConflictError, InvalidInputError, PayloadErasedError, existing
from domain.events.conversion import FrameKeyed, FrameSearched
from domain.events.looking import LookKind
from domain.ids import FrameId, LotId, SearchId
from domain.searches.searches import Candidate
from service.storage.conversion.matches import StartedMatch
from service.storage.unit_of_work import UnitOfWork
from service.usecases.conversion.lots import AtFrame, at_frame, check_state, frame_in_reading
from service.usecases.conversion.settling import store_settlement
from service.usecases.log.recording import look
from service.usecases.requests import doubts
from service.usecases.searches.enquiries import TOLD_BANDS, weigh_names
from service.usecases.services import Services, StoreServices


@dataclass(frozen=True, slots=True)
class KeyFrame:
    """A command to store what one keyer typed from a frame."""

    caller: Caller
    frame_id: FrameId
    form: Form
    fault: FrameFault = FrameFault.NONE


def frames_to_key(
    services: StoreServices, caller: Caller, lot_id: LotId, *, limit: int
) -> tuple[Frame, ...]:
    """Return the frames of a lot that the caller may key. Frames already keyed once come first.

    Raises NotPermittedError, NotFoundError.
    """
    with services.reading(caller, Scope.KEY_FRAMES) as unit:
        existing(unit.conversion_lots.get(lot_id))
        frames = unit.conversion_frames.to_key(lot_id, caller.actor.user_id, limit=limit)
    look(services, caller, LookKind.FRAMES, (lot_id, *(one.frame_id for one in frames)))
    return frames


def key_frame(services: StoreServices, command: KeyFrame) -> FrameState:
    """Store a keying and return the new state of the frame.

    Two keyings that agree settle the frame. If they differ, a third person must settle it. Raises
    NotPermittedError, NotFoundError, InvalidInputError (nothing is keyed), ConflictError (the
    caller has already keyed the frame, two other people have, or the lot is not being worked on).
    """
    with services.begin(command.caller, Scope.KEY_FRAMES) as unit:
        at = at_frame(services, unit, command.caller, command.frame_id, *KEYABLE)
        keyings = unit.conversion_keyings.of(at.frame.frame_id, at.frame.round)
        kept = _keyed(at, command, keyings)
        return _after(at, (*keyings, kept))


def _keyed(at: AtFrame, command: KeyFrame, keyings: tuple[KeptKeying, ...]) -> KeptKeying:
    if any(one.keyed_by == at.by for one in keyings):
        raise ConflictError(
            "You have already keyed this frame: another person must do the second keying."
        )
    keying = Keying(command.form, command.fault)
    if keying.is_empty:
        raise InvalidInputError(
            "The form is empty: key what the frame shows, or state why it cannot be keyed.",
            pointer="/form",
        )
    kept, frame = KeptKeying(len(keyings) + 1, at.by, keying), at.frame
    at.unit.conversion_keyings.key(frame.frame_id, frame.round, kept, form=command.form, at=at.now)
    at.record(FrameKeyed(frame.frame_id, frame.round, kept.place, command.fault))
    return kept


def _after(at: AtFrame, keyings: tuple[KeptKeying, ...]) -> FrameState:
    if len(keyings) == 1:
        return at.move(FrameState.KEYED_ONCE)
    first, second = keyings
    if first.keying is None or second.keying is None:
        raise ConflictError(
            "The first keying of this film frame has been destroyed, because the frame "
            "is no longer kept."
        )
    if not disagreement(first.keying, second.keying).is_none:
        return at.move(FrameState.DIFFERS)
    return store_settlement(at, (first, second), first.keying, settled_by=None)


@dataclass(frozen=True, slots=True, eq=False)
class SearchFrame:
    """A search for the person of a frame: by prints if they are given, otherwise by details."""

    caller: Caller
    frame_id: FrameId
    prints: doubts.SentPrints = doubts.NO_PRINTS


def search_frame(services: Services, command: SearchFrame) -> SearchId:
    """Start the search for the person whom a frame is about, and return the search's id.

    Raises NotPermittedError, NotFoundError, ConflictError, NotSearchableError (prints from a lot
    below the required quality), PayloadErasedError, and the errors of the search.
    """
    with services.reading(command.caller, Scope.SETTLE_FRAMES) as unit:
        frame, lot = frame_in_reading(unit, command.frame_id)
        check_state(frame, FrameState.MATCHING)
        settled = unit.conversion_keyings.settled(frame.frame_id, frame.round)
    if settled is None:
        raise PayloadErasedError
    if command.prints.impressions and not lot.capture.is_searchable:
        raise NotSearchableError(
            "The lot was scanned at less than 500 pixels per inch, or from a copy: "
            "search by details, and compare the prints by eye."
        )
    search_id = doubts.search_for(
        services, command.caller, details_of_form(settled.form), command.prints
    )
    basis = MatchBasis.PRINTS if command.prints.impressions else MatchBasis.DETAILS
    with services.units.begin() as unit:
        at = at_frame(services, unit, command.caller, command.frame_id, FrameState.MATCHING)
        frame = at.frame
        earlier = unit.conversion_matches.searched(frame.frame_id, frame.round)
        started = StartedMatch(earlier.number + 1 if earlier else 1, basis, search_id)
        unit.conversion_matches.note_search(
            frame.frame_id, frame.round, started, by=at.by, at=at.now
        )
        at.record(FrameSearched(frame.frame_id, search_id, frame.round, started.number, basis))
    return search_id


def frame_candidates(
    services: Services, caller: Caller, frame_id: FrameId
) -> tuple[doubts.NamedPerson, ...]:
    """Return the candidates of a search by details, with the contents of their records.

    Empty for a search by prints, whose candidates only examiners see. Raises NotPermittedError,
    NotFoundError.
    """
    with services.reading(caller, Scope.SETTLE_FRAMES) as unit:
        frame = existing(unit.conversion_frames.get(frame_id))
        started = unit.conversion_matches.searched(frame_id, frame.round)
        if started is None or started.basis is MatchBasis.PRINTS:
            return ()
        above = above_floor(unit, started.search_id)
        shown = doubts.named_candidates(unit, above)
    named = chain.from_iterable((one.person_id, one.record_id) for one in above)
    look(services, caller, LookKind.FRAME_CANDIDATES, (frame_id, *named))
    return shown


def above_floor(unit: UnitOfWork, search_id: SearchId) -> tuple[Candidate, ...]:
    """Return the candidates of a search that are strong enough to be shown in an enquiry."""
    found = unit.searches.candidates(search_id)
    return tuple(one for one in found if one.evidence.band in TOLD_BANDS)


def check_still_new(services: Services, frame_id: FrameId) -> int:
    """Search again by a frame's details if a new record is proposed for the frame.

    Two frames about one person may be searched before either is written. Returns the number of the
    last change in the gallery that was searched. Raises FoundSinceError if the details now find a
    person whom they did not find before.
    """
    services.gallery.catch_up()
    with services.units.read() as unit:
        searched_to = unit.gallery_feed.last_change()
        frame = existing(unit.conversion_frames.get(frame_id))
        match = unit.conversion_matches.last(frame_id, frame.round)
        settled = unit.conversion_keyings.settled(frame_id, frame.round)
        is_asked = frame.state is FrameState.PROPOSED and match and _is_new_by_details(match)
        if match is None or settled is None or not is_asked:
            return searched_to
        before = {one.person_id for one in above_floor(unit, match.search_id)}
    found = weigh_names(services, details_of_form(settled.form)).candidates
    if any(one.evidence.band in TOLD_BANDS and one.person_id not in before for one in found):
        raise FoundSinceError(
            "Since the search, somebody has been added who may be this person: do not agree "
            "to the proposal, and have the film frame searched again."
        )
    return searched_to


def _is_new_by_details(match: Match) -> bool:
    return match.outcome is MatchOutcome.NEW and match.basis is MatchBasis.DETAILS
