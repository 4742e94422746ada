"""Lines of a batch: each is a body of `POST /v1/searches`, read when its turn comes."""

from domain.access.access import Caller
from service.api.bodies import read_json
from service.api.people.captures import read_capture
from service.api.searches.searches import SearchBody
from service.usecases.idempotency import IdempotencyKey
from service.usecases.print_desk import PrintDesk
from service.usecases.searches.batch_lines import ReadLine
from service.usecases.searches.searching import SubmitSearch


def line_reader(desk: PrintDesk) -> ReadLine:
    """Return the function that reads a line of a batch as the search it requests.

    It raises MalformedJsonError, MalformedRequestError, InvalidInputError.
    """

    def read_line(line: bytes, caller: Caller, key: IdempotencyKey) -> SubmitSearch:
        body = read_json(SearchBody, line)
        return body.to_command(caller, key, read_capture(body.impressions, desk))

    return read_line
