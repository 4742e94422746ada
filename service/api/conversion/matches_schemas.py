"""Searches, candidates and proposals, as they travel."""

from __future__ import annotations

from pydantic import Field

from domain.access import Caller
from domain.conversion.matching import MatchOutcome
from domain.evidence import Band
from domain.ids import CandidateId, FrameId
from service.api.base import Answer, Body, LongText, OpaqueId
from service.api.people.captures import read_capture
from service.api.people.captures_schemas import CapturedImpressions
from service.usecases.conversion.matching import FrameCandidate, SearchFrame
from service.usecases.conversion.proposing import ProposeMatch, ReadMatch
from service.usecases.print_desk import PrintDesk


class FrameSearchBody(Body):
    """A search for the person of a frame: by prints if there are any, else by details."""

    impressions: CapturedImpressions = ()

    def to_command(self, caller: Caller, frame_id: FrameId, desk: PrintDesk) -> SearchFrame:
        """Return the command; raises InvalidInputError with a pointer."""
        capture = read_capture(self.impressions, desk)
        return SearchFrame(caller, frame_id, capture.impressions, capture.images, capture.minutiae)


class FrameSearchAnswer(Answer):
    """The search that was started."""

    search_id: str


class FrameCandidateAnswer(Answer):
    """A candidate to compare with the frame."""

    candidate_id: str
    band: Band
    owner: str = Field(description="The force that holds the record.")
    record_id: str
    names: tuple[str, ...]
    dates_of_birth: tuple[str, ...]
    place_of_birth: str
    cro_numbers: tuple[str, ...]
    convictions: int = Field(description="How many the record holds.")

    @classmethod
    def of(cls, one: FrameCandidate) -> FrameCandidateAnswer:
        """Return the answer about a candidate."""
        return cls(
            candidate_id=one.candidate_id,
            band=one.band,
            owner=one.owner,
            record_id=one.record_id,
            names=tuple(name.display for name in one.details.names),
            dates_of_birth=tuple(map(str, one.details.dates_of_birth)),
            place_of_birth=one.details.place_of_birth,
            cro_numbers=one.details.cro_numbers,
            convictions=one.convictions,
        )


class FrameCandidatesAnswer(Answer):
    """Candidates of a search by details, by band, in no order within one."""

    candidates: tuple[FrameCandidateAnswer, ...]


class MatchBody(Body):
    """To which record a frame belongs."""

    outcome: MatchOutcome
    candidate_id: OpaqueId | None = None
    other_candidate_id: OpaqueId | None = Field(
        default=None, description="The second of two records of one human being."
    )
    words: LongText = Field(default="", description="Why, for the second reader.")

    def to_command(self, caller: Caller, frame_id: FrameId) -> ProposeMatch:
        """Return the command."""
        first, second = (
            None if one is None else CandidateId(one)
            for one in (self.candidate_id, self.other_candidate_id)
        )
        return ProposeMatch(caller, frame_id, self.outcome, first, second, self.words)


class MatchReadingBody(Body):
    """A second person's reading of a proposal."""

    agrees: bool

    def to_command(self, caller: Caller, frame_id: FrameId) -> ReadMatch:
        """Return the command."""
        return ReadMatch(caller, frame_id, self.agrees)
