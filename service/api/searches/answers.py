"""The outcome of a search, and its prints, as ANSI/NIST-ITL transactions."""

from fastapi import APIRouter, Response

from domain.errors import ConflictError, NotFoundError
from domain.ids import SearchId
from domain.searches.searches import SearchOutcome
from service.adapters.prints.nist_writer import Heading, SentImage, transaction
from service.api.authentication import SearchReader
from service.api.documentation import call_problems
from service.api.parameters import IdInPath
from service.api.people.prints import AGENCY, BINARY, NIST_TYPE
from service.usecases.links.outcomes import SearchStanding, search_prints, search_standing

router = APIRouter(prefix="/v1/searches", tags=["force"])

_FINDING, _MESSAGE = 59, 60
"""Type 2 fields in the FBI's EBTS: search results findings (SRF) and status message (MSG)."""

_FINDINGS = {SearchOutcome.LINKED: "I", SearchOutcome.NOT_LINKED: "N"}


@router.get(
    "/{search_id}/answer",
    response_class=Response,
    responses={**call_problems(NotFoundError, ConflictError), **BINARY},
)
def get_answer(call: SearchReader, search_id: IdInPath) -> Response:
    """Return the outcome of a concluded search of the caller's force as a transaction (SRE).

    Its type 1 record gives the search's reference as the transaction that it answers (TCR); its
    type 2 record gives the outcome. 409 while examiners are still working on the search.
    """
    standing = call.use(search_standing, SearchId(search_id))
    outcome = standing.search.outcome
    if outcome is None:
        raise ConflictError("The search is not concluded yet: try again later.")
    fields = [(_FINDING, _FINDINGS[outcome]), (_MESSAGE, _words(standing))]
    return Response(transaction(_heading(call, standing, "SRE"), fields), media_type=NIST_TYPE)


@router.get(
    "/{search_id}/prints",
    response_class=Response,
    responses={**call_problems(NotFoundError), **BINARY},
)
def get_search_prints(call: SearchReader, search_id: IdInPath) -> Response:
    """Return the pictures that a search of the caller's force was made with, as a transaction.

    It has types 1, 2 and 14, or 13 for a mark, without details of the person, and type 9 if people
    marked features in a picture before it was sent here. 404 if no picture is stored.
    """
    standing, images = call.use(search_prints, SearchId(search_id))
    day = standing.search.submitted_at.date()
    sent = [SentImage(image, one.impression_type, day) for one, image in images]
    return Response(transaction(_heading(call, standing, "CAR"), [], sent), media_type=NIST_TYPE)


def _heading(call: SearchReader, standing: SearchStanding, kind: str) -> Heading:
    return Heading(
        kind,
        call.services.surroundings.clock().date(),
        str(call.caller.actor.force or ""),
        AGENCY,
        standing.search.search_id,
        answers=standing.reference,
    )


def _words(standing: SearchStanding) -> str:
    """Return the outcome in words: linked, or not linked, which says nothing about records."""
    if standing.search.outcome is SearchOutcome.NOT_LINKED:
        return "NOT LINKED. THIS DOES NOT MEAN THAT THERE IS NO RECORD."
    link = standing.linked
    return "LINKED" if link is None else f"LINKED, LINK {link.link.link_id}"
