"""Doubts that stop an answer to a request: matters that it would leave out, or claim too early;
and the candidates that people compare.

An answer may say that nothing is held, or that it states everything, only if nobody who may be
this person is hidden, is waiting, or was added since the search.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from domain.access.access import Caller
from domain.errors import ConflictError, NotReleasableError, existing
from domain.examination.cases import Outcome
from domain.ids import CandidateId, ForceCode, RecordId, RequestId, SearchId
from domain.people.disputes import DECIDED as DISPUTES_DECIDED
from domain.people.people import Details
from domain.prints.prints import Impression
from domain.requests.requests import (
    Identification,
    IdentityBasis,
    IdentityOutcome,
    ReplyOutcome,
    RequestFile,
)
from domain.searches.evidence import Band
from domain.searches.searches import Candidate, Probe, Search, SearchState, SearchType, WaitingKind
from prints.minutiae.iso19794_2 import MinutiaeView
from service.ports.print_images import CapturedImage
from service.storage.unit_of_work import UnitOfWork
from service.usecases.requests.kind import Kind, gives_nothing
from service.usecases.requests.kinds import kind_named
from service.usecases.searches import enquiries
from service.usecases.searches.searching import SubmitSearch, submit_search
from service.usecases.services import Services

_SAYS_NOTHING = frozenset({ReplyOutcome.DENIED.value, ReplyOutcome.NOT_CERTIFIABLE.value})
"""Outcomes of proposals that state nothing about a record."""

_BANDS = (*enquiries.TOLD_BANDS, Band.UNLIKELY)
_OPEN = frozenset({Outcome.INCONCLUSIVE, Outcome.INSUFFICIENT})
"""Outcomes that leave the question open."""


def said_of(file: RequestFile) -> Details:
    """Return the details that a request states; raises ConflictError once they are erased."""
    if file.request.ask is None:
        raise ConflictError(
            "The content of the request has been erased, so no search can be made."
        )
    return file.request.ask.subject


def check_sayable(found: Identification | None) -> Identification:
    """Return the identification on which an answer is based.

    Raises NotReleasableError if there is none.
    """
    if found is None:
        raise NotReleasableError("Nobody has searched for the person yet: search first.")
    return found


def check_still_not_held(services: Services, request_id: RequestId) -> None:
    """Raise NotReleasableError if "not held" would be certified but is no longer true.

    Days may pass between a search and the release based on it, and records are added meanwhile.
    Call this before the transaction of the release, because it is a search.
    """
    with services.units.read() as unit:
        file = existing(unit.requests.file(request_id))
    found = file.identification
    if found is None or found.outcome is not IdentityOutcome.NOT_HELD:
        return
    now = named_now(services, file)
    with services.units.read() as unit:
        if _may_be_held(services, unit, file, found, now):
            raise NotReleasableError(
                "After the search, a record or a waiting item that may be about this person "
                "was added: search again."
            )


def check_nothing_waits(services: Services, request_id: RequestId) -> None:
    """Raise NotReleasableError if an answer would leave out a matter that waits in the inbox.

    Such an answer would say that nothing, or nothing else, is held about somebody although a
    matter may still be added to their record. A matter counts as theirs if its details agree so
    well that they would propose the person as a candidate. A certificate also waits while the
    applicant disputes an entry. Call this before the transaction of the release, because it is a
    search.
    """
    with services.units.read() as unit:
        file = existing(unit.requests.file(request_id))
        raised = unit.disputes.of_request(request_id)
        services.waiting.follow(unit)
    kind = kind_named(file.request.kind)
    if kind.deciders > 1 and file.proposal is None:
        return  # The second reader is asked.
    if kind.doubt_from is not None and any(one.state not in DISPUTES_DECIDED for one in raised):
        raise NotReleasableError(
            "The applicant says that something on record is not theirs: have two people decide"
            " the dispute first."
        )
    said = file.request.ask.subject if file.request.ask else None
    if said is None or said.is_empty or not _tells_what_is_held(file, kind):
        return
    likely = enquiries.waiting_for(services, said, bands=(Band.PROPOSED,))
    if any(one.kind is not WaitingKind.CASE for one in likely):
        raise NotReleasableError(
            "A matter that may be about this person is waiting in the inbox: have it decided "
            "first."
        )


def _tells_what_is_held(file: RequestFile, kind: Kind) -> bool:
    """Whether the answer says that nothing is held, or claims to state everything.

    The answer to the person themselves does not: it also shows matters that wait.
    """
    found, proposal = file.identification, file.proposal
    tells = kind.says_held or kind.gives is not gives_nothing
    if found is None or not tells or (proposal and proposal.outcome in _SAYS_NOTHING):
        return False
    if found.outcome is IdentityOutcome.IDENTIFIED:
        return not kind.has_answer
    return found.outcome is IdentityOutcome.NOT_HELD


def named_now(services: Services, file: RequestFile) -> tuple[Candidate, ...]:
    """Return the people found by the details now, if this kind certifies "not held"."""
    is_certified = kind_named(file.request.kind).doubt_from is not None
    said = file.request.ask.subject if file.request.ask else None
    if said is None or said.is_empty or not is_certified:
        return ()
    return enquiries.weigh_names(services, said).candidates


def with_doubt(
    services: Services,
    unit: UnitOfWork,
    file: RequestFile,
    found: Identification,
    now: tuple[Candidate, ...],
) -> Identification:
    """Change a result that would be certified to "in doubt" if somebody may be held after all."""
    if not _may_be_held(services, unit, file, found, now):
        return found
    return replace(found, outcome=IdentityOutcome.IN_DOUBT, candidates=1)


def _may_be_held(
    services: Services,
    unit: UnitOfWork,
    file: RequestFile,
    found: Identification,
    now: tuple[Candidate, ...],
) -> bool:
    """Whether nobody was found, but a person may be hidden, pending or newly recorded."""
    kind = kind_named(file.request.kind)
    if found.outcome is not IdentityOutcome.NOT_HELD or kind.doubt_from is None:
        return False
    if found.basis is IdentityBasis.PRINTS:
        # The prints exclude people for whom the details are only possible evidence.
        named = any(one.evidence.band in enquiries.TOLD_BANDS for one in now)
    else:
        named = bool(doubtful(now, kind))
    said = said_of(file)
    services.waiting.follow(unit)
    may_wait = bool(enquiries.waiting_for(services, said, kind.doubt_from))
    return named or may_wait or may_be_hidden(services, unit, said, kind.doubt_from)


# A search does not find hidden people, so finding nobody does not prove that nothing is held. If
# an answer would tell this to third parties, and it may be about a hidden person, the result stays
# in doubt. The doubt is the same as for any other candidate: no answer reveals that somebody is
# hidden.


def may_be_hidden(services: Services, unit: UnitOfWork, said: Details, floor: float) -> bool:
    """Whether a hidden person's details reach the posterior `floor`, 0 to 1, as candidates do.

    A person is skipped if the details on the whole are evidence against them, just as the search
    for candidates skips people who share no word and no date.
    """
    hidden = unit.restrictions.hidden_details()
    if not hidden or said.is_empty:
        return False
    size = len(services.names) + len(hidden)
    words = services.names.words(said)
    scored = services.scorer.score_details(said, hidden, gallery_size=size, words=words)
    return any(one.reaches(floor) and one.total_bits > one.prior_bits for one in scored)


def doubtful(candidates: tuple[Candidate, ...], kind: Kind) -> tuple[Candidate, ...]:
    """Return the candidates that leave doubt about the person, for this kind of request."""
    floor = 1.0 if kind.doubt_from is None else kind.doubt_from
    return tuple(
        one
        for one in candidates
        if one.evidence.band in enquiries.TOLD_BANDS or one.evidence.reaches(floor)
    )


@dataclass(frozen=True, slots=True)
class NamedPerson:
    """A candidate, as shown to people who compare it with a request or a frame."""

    candidate_id: CandidateId
    band: Band
    owner: ForceCode
    record_id: RecordId
    details: Details
    convictions: int
    """The number of convictions on the record."""


def named_candidates(unit: UnitOfWork, found: Iterable[Candidate]) -> tuple[NamedPerson, ...]:
    """Return candidates with the contents of their records, the strongest band first.

    Within a band they are in no order that tells which is stronger.
    """
    held = ((one, unit.people.record(one.record_id)) for one in found if one.record_id)
    shown = (
        NamedPerson(
            one.candidate_id,
            one.evidence.band,
            record.force,
            record.record_id,
            record.details,
            len(record.convictions),
        )
        for one, record in held
        if record is not None
    )
    return tuple(sorted(shown, key=lambda one: (_BANDS.index(one.band), one.candidate_id)))


@dataclass(frozen=True, slots=True, eq=False)
class SentPrints:
    """Prints to search with; none for a search by details."""

    impressions: tuple[Impression, ...] = ()
    images: tuple[CapturedImage, ...] = ()
    """Pictures sent with impressions, for the examiners; `minutiae` are the minutiae sent with
    them."""
    minutiae: tuple[MinutiaeView, ...] = ()


NO_PRINTS = SentPrints()


def search_for(services: Services, caller: Caller, said: Details, prints: SentPrints) -> SearchId:
    """Search for a person by prints if there are any, otherwise by details; return the id."""
    if not prints.impressions:
        return enquiries.enquire(services, enquiries.EnquireByNames(caller, said)).search_id
    probe = Probe(prints.impressions, said)
    search = SubmitSearch(
        caller, SearchType.TP_TP, probe, images=prints.images, minutiae=prints.minutiae
    )
    return submit_search(services, search)


def demand_concluded(search: Search) -> None:
    """Raise ConflictError while examiners are at work on a search."""
    if search.state is SearchState.EXAMINING:
        raise ConflictError("The examiners have not concluded this search yet: try again later.")


def is_inconclusive(unit: UnitOfWork, search: Search) -> bool:
    """Whether a decision of the examiners leaves the question of a search open."""
    case = unit.cases.of_search(search.search_id)
    return case is not None and any(one.outcome in _OPEN for one in case.decisions)
