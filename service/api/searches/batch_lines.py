"""Lines of a batch: each is what `POST /v1/searches` takes, read when it is worked."""

from __future__ import annotations

from domain.access import Caller
from service.api.bodies import read_json
from service.api.searches.searches_schemas import SearchBody
from service.usecases.idempotency import IdempotencyKey
from service.usecases.searches.searching import SubmitSearch


def read_line(line: bytes, caller: Caller, key: IdempotencyKey) -> SubmitSearch:
    """Return a line of a batch as the search it asks for.

    Raises MalformedJsonError, MalformedRequestError, InvalidInputError.
    """
    return read_json(SearchBody, line).to_command(caller, key)
