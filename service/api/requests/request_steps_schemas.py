"""API schemas of the steps of a request."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field

from domain.ids import RecordId, SearchId, UserId
from domain.requests.proofs import Claim, ProofVerdict
from domain.requests.request_states import RequestState, Step
from domain.requests.requests import MOST_PENCE
from domain.searches.searches import WaitingItem
from service.api.base import Answer, Body, Code, DateText, LongText, OpaqueId, ShownText, Words
from service.api.bodies import read_json
from service.api.people.captures import CapturedImpressions
from service.api.shapes import From, shows
from service.usecases.requests import assessing, deciding, proving
from service.usecases.requests.stepping import PLAIN_STEPS
from service.usecases.searches.enquiries import NamedCandidate

Expected = Annotated[
    int, Field(ge=1, lt=2**31, description="The version of the request that you have read.")
]

PlainStep = StrEnum("PlainStep", [(one.name, one.value) for one in Step if one in PLAIN_STEPS])  # type: ignore[misc]  # the members are those of the machine
PlainStep.__doc__ = "A step that needs only words and a day."


class StepBody(Body):
    """A plain step."""

    expected_version: Expected
    step: PlainStep
    words: Words = ""
    on: DateText | None = None
    """The day that counts for the clock; today if absent."""
    pence: int | None = Field(default=None, ge=1, le=MOST_PENCE)
    """The amount, for a step about a fee."""


class SentCapture(Body):
    """Prints that were sent with a request, in this service's capture format."""

    impressions: CapturedImpressions


class PersonSearchBody(Body):
    """A search for the person: by prints if there are any, otherwise by details."""

    expected_version: Expected
    impressions: CapturedImpressions = ()
    use_sent_prints: bool = False
    """Whether to search with the prints that were sent with the request."""

    def with_prints(self, capture: bytes) -> Self:
        """Return the search with the impressions of a capture; raises MalformedRequestError."""
        sent = read_json(SentCapture, capture)
        return self.model_copy(update={"impressions": sent.impressions})


class IdentificationBody(Body):
    """The identification; without a candidate, the result that follows from the search."""

    expected_version: Expected
    candidate_id: OpaqueId | None = None
    """Id of the candidate within its search."""
    words: LongText = Field(default="", description="Why it is this person.")


class ProofBody(Body):
    """An officer's finding about one stated answer."""

    claim: Claim
    verdict: ProofVerdict = ProofVerdict.SHOWN
    document_id: OpaqueId | None = None
    """The document that proves the answer; left out for a paper document seen at the desk."""


class ProofsBody(Body):
    """An officer's findings about the stated answers of a request."""

    expected_version: Expected
    checks: Annotated[tuple[ProofBody, ...], Field(min_length=1, max_length=20)]
    """What the officer found, for each stated answer."""


class ConvictionItemBody(Body):
    """A conviction of a record."""

    record_id: OpaqueId
    """Id of the record."""
    item_id: OpaqueId
    """Id of the item, the same in every version."""

    @property
    def key(self) -> tuple[str, str]:
        """The record's id and the item's id."""
        return (self.record_id, self.item_id)


class ExpectationBody(Body):
    """The version of the request that the caller has read."""

    expected_version: Expected


class RequestDecisionBody(Body):
    """A decision, or a proposal if two people must decide."""

    expected_version: Expected
    decision: Annotated[deciding.Verdict, From("verdict")]
    ground: Code = Field(default="", description="The code of a ground, for a refusal.")
    words: LongText = Field(default="", description="The reasons.")
    include: Annotated[tuple[ConvictionItemBody, ...], Field(max_length=400)] = ()
    """Convictions to disclose, among those on which a person has to decide."""
    withhold: Annotated[tuple[ConvictionItemBody, ...], Field(max_length=400)] = ()
    """Convictions to withhold, among those that could be disclosed."""

    def choice(self) -> assessing.Choice:
        """Return which convictions the decider chose to disclose or withhold."""
        return assessing.Choice(
            frozenset(one.key for one in self.include),
            frozenset(one.key for one in self.withhold),
        )


class SecondReadingBody(Body):
    """A second person's answer to a proposal."""

    expected_version: Expected
    agrees: bool
    """Whether the second person agrees, so that the proposal takes effect."""
    words: Words = ""


class StateAnswer(Answer):
    """The state of the request."""

    state: RequestState


class ProvedAnswer(Answer):
    """The document that proved a stated answer, the officer who checked it, and the time."""

    document_id: str
    """Empty for a paper document seen at the desk."""
    checked_by: UserId
    checked_at: datetime
    """When the officer checked the document."""


class ClaimAnswer(Answer):
    """A stated answer, and the document that proved it."""

    claim: Claim
    stated: tuple[str, ...]
    """The answer as the applicant stated it."""
    proved: ProvedAnswer | None
    """The document that proved the answer; null until then."""


class ProofsAnswer(Answer):
    """The stated answers of a request that documents must prove."""

    is_demanded: bool
    """Whether all of them must be proved before a release."""
    claims: tuple[ClaimAnswer, ...]
    """The stated answers that documents must prove."""

    @classmethod
    def of(cls, view: proving.ProofView) -> Self:
        """Build the API response from the view that the use case returned."""
        claims = (
            ClaimAnswer.showing(one, proved=view.proved.get(one.claim)) for one in view.claims
        )
        return cls.showing(view, claims=tuple(claims))


class StartedSearchAnswer(Answer):
    """The search that was started."""

    search_id: SearchId


@shows(NamedCandidate)
class NamedPersonAnswer(Answer):
    """A candidate found by personal details, to compare with the person in the request."""

    record_id: RecordId
    """Id of the record."""
    names: Annotated[tuple[str, ...], From("details.names.display")]
    """Names on record, the main name first."""
    dates_of_birth: Annotated[tuple[ShownText, ...], From("details.dates_of_birth")]
    """Dates of birth, as stated or on record."""
    place_of_birth: Annotated[str, From("details.place_of_birth")]
    """Place of birth."""
    nationalities: Annotated[tuple[str, ...], From("details.nationalities.country")]
    """The nationalities on record, ISO 3166-1 alpha-3."""


@shows(WaitingItem, without=("details",))
class WaitingAnswer(Answer):
    """An item that waits to be attached to a record."""


class NamedPeopleAnswer(Answer):
    """The candidates of a search by details; empty if examiners compare prints."""

    candidates: tuple[NamedPersonAnswer, ...]
    """The people that the search found, if it was by details."""
    waiting: tuple[WaitingAnswer, ...]
    """Items that may be about the person and are not on any record yet. While there are any, no
    certificate can state that nothing is on record."""
