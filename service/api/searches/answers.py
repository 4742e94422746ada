"""The outcome of a search as an ANSI/NIST-ITL transaction."""

from __future__ import annotations

from fastapi import APIRouter, Response

from domain.errors import ConflictError, NotFoundError
from domain.ids import SearchId
from domain.searches.searches import SearchOutcome
from service.adapters.prints.nist_writer import Heading, transaction
from service.api.authentication import SearchReader
from service.api.documentation import call_problems
from service.api.parameters import IdInPath
from service.api.people.prints import AGENCY, BINARY, NIST_TYPE
from service.usecases.links.outcomes import SearchStanding, search_standing

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
    standing = search_standing(call.services, call.caller, SearchId(search_id))
    outcome = standing.search.outcome
    if outcome is None:
        raise ConflictError("The search is not concluded yet: try again later.")
    heading = Heading(
        "SRE",
        call.services.surroundings.clock().date(),
        str(call.caller.actor.force or ""),
        AGENCY,
        search_id,
        answers=standing.reference,
    )
    fields = [(_FINDING, _FINDINGS[outcome]), (_MESSAGE, _words(standing))]
    return Response(transaction(heading, fields), media_type=NIST_TYPE)


def _words(standing: SearchStanding) -> str:
    """Return the outcome in words: linked, or not linked, which says nothing about records."""
    if standing.search.outcome is SearchOutcome.NOT_LINKED:
        return "NOT LINKED. THIS DOES NOT MEAN THAT THERE IS NO RECORD."
    link = standing.linked
    return "LINKED" if link is None else f"LINKED, LINK {link.link.link_id}"
