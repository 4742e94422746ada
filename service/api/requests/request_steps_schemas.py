"""Steps of a request, as they are sent, and their answers."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field

from domain.evidence import Band
from domain.proofs import Claim, ProofVerdict
from domain.request_states import RequestState, Step
from domain.waiting import WaitingKind
from service.api.base import Answer, Body, Code, DateText, LongText, OpaqueId, ShownText
from service.api.bodies import read_json
from service.api.people.captures import CapturedImpressions
from service.api.shapes import From
from service.usecases.requests.assessing import Choice
from service.usecases.requests.deciding import Verdict
from service.usecases.requests.proving import ProofView
from service.usecases.requests.stepping import PLAIN_STEPS

Expected = Annotated[
    int, Field(ge=1, lt=2**31, description="The version of the request that was read.")
]

PlainStep = StrEnum("PlainStep", [(one.name, one.value) for one in Step if one in PLAIN_STEPS])  # type: ignore[misc]  # the members are those of the machine
PlainStep.__doc__ = "A step that needs words and a day alone."


class StepBody(Body):
    """A plain step."""

    expected_version: Expected
    step: PlainStep
    words: LongText = ""
    on: DateText | None = Field(
        default=None, description="The day that counts for the clock; today where it is left out."
    )


class SentCapture(Body):
    """Prints that came with a request, in the capture format of this service."""

    impressions: CapturedImpressions


class PersonSearchBody(Body):
    """A search for the person: by prints if there are any, else by details."""

    expected_version: Expected
    impressions: CapturedImpressions = ()
    use_sent_prints: bool = Field(
        default=False, description="Search with the prints that came with the request."
    )

    def with_prints(self, capture: bytes) -> Self:
        """Return the search with the impressions of a capture; raises MalformedRequestError."""
        sent = read_json(SentCapture, capture)
        return self.model_copy(update={"impressions": sent.impressions})


class IdentificationBody(Body):
    """The result of the search; without a candidate, the result that it implies."""

    expected_version: Expected
    candidate_id: OpaqueId | None = None
    words: LongText = Field(default="", description="Why it is this person.")


class ProofBody(Body):
    """An officer's finding on one stated answer."""

    claim: Claim
    verdict: ProofVerdict = ProofVerdict.SHOWN
    document_id: OpaqueId | None = Field(
        default=None,
        description="The document that shows it; left out for paper that was seen at the desk.",
    )


class ProofsBody(Body):
    """An officer's findings on the stated answers of a request."""

    expected_version: Expected
    checks: Annotated[tuple[ProofBody, ...], Field(min_length=1, max_length=20)]


class ConvictionItemBody(Body):
    """A conviction of a record."""

    record_id: OpaqueId
    item_id: OpaqueId

    @property
    def key(self) -> tuple[str, str]:
        """The record and the item."""
        return (self.record_id, self.item_id)


class ExpectationBody(Body):
    """The request as it was read."""

    expected_version: Expected


class RequestDecisionBody(Body):
    """A decision, or a proposal where two people decide."""

    expected_version: Expected
    decision: Annotated[Verdict, From("verdict")]
    ground: Code = Field(default="", description="The code of a ground, for a refusal.")
    words: LongText = Field(default="", description="The reasons.")
    include: Annotated[tuple[ConvictionItemBody, ...], Field(max_length=400)] = Field(
        default=(), description="Convictions that a person has to decide on, and that leave."
    )
    withhold: Annotated[tuple[ConvictionItemBody, ...], Field(max_length=400)] = Field(
        default=(), description="Convictions that could leave, and do not."
    )

    def choice(self) -> Choice:
        """Return what the decider chose among the convictions."""
        return Choice(
            frozenset(one.key for one in self.include),
            frozenset(one.key for one in self.withhold),
        )


class SecondReadingBody(Body):
    """A second person's reading."""

    expected_version: Expected
    agrees: bool
    words: LongText = ""


class StateAnswer(Answer):
    """Where the request stands now."""

    state: RequestState


class ProvedAnswer(Answer):
    """The officer and the document by which a stated answer was seen, and when."""

    document_id: str
    """Empty for paper that was seen at the desk."""
    checked_by: str
    checked_at: datetime


class ClaimAnswer(Answer):
    """A stated answer, and the document that was seen to show it."""

    claim: Claim
    stated: tuple[str, ...]
    proved: ProvedAnswer | None


class ProofsAnswer(Answer):
    """The stated answers of a request that documents have to show."""

    is_demanded: bool
    """Whether a release needs every one of them proved."""
    claims: tuple[ClaimAnswer, ...]

    @classmethod
    def of(cls, view: ProofView) -> Self:
        """Return the answer for a view."""
        claims = (
            ClaimAnswer.showing(one, proved=view.proved.get(one.claim)) for one in view.claims
        )
        return cls.showing(view, claims=tuple(claims))


class StartedSearchAnswer(Answer):
    """The search that was started."""

    search_id: str


class NamedPersonAnswer(Answer):
    """A candidate by details, to be compared with the request."""

    candidate_id: str
    band: Band
    owner: str
    record_id: str
    names: Annotated[tuple[str, ...], From("details.names.display")]
    dates_of_birth: Annotated[tuple[ShownText, ...], From("details.dates_of_birth")]
    place_of_birth: Annotated[str, From("details.place_of_birth")]
    nationalities: Annotated[tuple[str, ...], From("details.nationalities.country")]


class WaitingAnswer(Answer):
    """An item that waits to be attached to a record."""

    kind: WaitingKind
    item_id: str
    since: datetime


class NamedPeopleAnswer(Answer):
    """The candidates of a search by details; none where examiners compare prints."""

    candidates: tuple[NamedPersonAnswer, ...]
    waiting: tuple[WaitingAnswer, ...] = Field(
        description="Items that may be about the person and are on no record yet: while there is"
        " one, no certificate says that nothing is held."
    )
