"""Forces submit many searches at once, and follow their progress.

Lines of a batch: each is a body of `POST /v1/searches`, read when its turn comes.
"""

from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Header, Query, Request, Response
from pydantic import BeforeValidator, Field

from domain.access.access import Caller, Purpose, Scope
from domain.examination.cases import Priority
from domain.ids import BatchId
from domain.jobs import JobState
from service.api.authentication import Searcher, SearchReader
from service.api.base import Answer, Next, PageAnswer
from service.api.bodies import Before, IdempotencyOf, IdInPath, Limit, ReferenceFilter, read_json
from service.api.call_routes import CallRouter, found_at
from service.api.people.captures import read_capture
from service.api.problems import UnsupportedMediaTypeError
from service.api.searches.searches import SearchBody
from service.api.shapes import From
from service.usecases import idempotency, print_desk
from service.usecases.searches import batches
from service.usecases.searches.batch_lines import ReadLine
from service.usecases.searches.searching import SubmitSearch


def _in(state: JobState) -> BeforeValidator:
    """Return a validator that takes from the counts the number of lines in one state."""
    return BeforeValidator(lambda counts: counts.get(state, 0))


class BatchAnswer(Answer):
    """A batch and its progress."""

    of_part = "batch"

    batch_id: BatchId
    reference: Annotated[str, From("reference")]
    """The client's own reference; empty if none was given."""
    priority: Priority
    purpose: Purpose
    on_behalf_of: str
    """The person behind the call, from the header of the call."""
    submitted_at: datetime
    """When the search was submitted."""
    cancelled_at: datetime | None
    """When the batch was cancelled; null if it was not."""
    finished_at: datetime | None = Field(description="When the last line was finished.")
    lines: int
    """The number of lines in the batch."""
    waiting: Annotated[int, From("counts"), _in(JobState.WAITING)]
    """The number of waiting lines."""
    working: Annotated[int, From("counts"), _in(JobState.LEASED)]
    """The number of lines being processed."""
    done: Annotated[int, From("counts"), _in(JobState.DONE)]
    """The number of lines that are finished."""
    failed: Annotated[int, From("counts"), _in(JobState.FAILED)]
    """The number of lines that failed; each line gives its problem."""
    cancelled: Annotated[int, From("counts"), _in(JobState.CANCELLED)]
    """The number of lines that were cancelled before they were processed."""


class BatchListAnswer(PageAnswer):
    """A page of batches, newest first."""

    batches: tuple[BatchAnswer, ...]
    next_before: Next


_NULL_IF_EMPTY = BeforeValidator(lambda text: text or None)


class LineAnswer(Answer):
    """One line of a batch."""

    line: Annotated[int, From("number")] = Field(description="Number of the line as sent, from 1.")
    state: JobState
    """The progress of the line."""
    search_id: Annotated[str | None, From("result_ref"), _NULL_IF_EMPTY]
    """Id of the search; read its outcome at `/v1/searches/ID`."""
    problem: Annotated[str | None, _NULL_IF_EMPTY]
    """Problem code of the last failed attempt; `/problems/CODE` explains it."""


class LineListAnswer(Answer):
    """Consecutive lines of a batch."""

    lines: tuple[LineAnswer, ...]
    next_after: int | None = Field(description="Pass this as `after` to get the next page.")


MEDIA_TYPE = "application/x-ndjson"

BATCH_PATH = "/v1/search-batches"
"""The address that accepts larger bodies than all others."""

router = CallRouter(prefix=BATCH_PATH, tags=["force"])

_TAKES: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "One search per line, each as in the body of `POST /v1/searches`;"
        " at most 10,000 lines.",
        "content": {MEDIA_TYPE: {"schema": {"type": "string"}}},
    }
}

BatchReference = Annotated[
    str,
    Header(
        alias="X-Reference",
        pattern=r"^([A-Za-z0-9][A-Za-z0-9 ._:/()#-]{0,63})?$",
        description="The client's own reference of the batch as a whole, such as the"
        " number of an operation; stored sealed. References of single searches are in"
        " their lines.",
    ),
]

After = Annotated[int, Query(ge=0, le=2**31 - 1, description="`next_after` of the previous page.")]


async def _ndjson(request: Request) -> bytes:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != MEDIA_TYPE:
        raise UnsupportedMediaTypeError(f"The media type is wrong: send a batch as {MEDIA_TYPE}.")
    return await request.body()


@router.post(
    "", UnsupportedMediaTypeError, status_code=202, openapi_extra=_TAKES, responses=found_at(202)
)
def post_batch(
    call: Searcher,
    text: Annotated[bytes, Depends(_ndjson)],
    key: IdempotencyOf,
    response: Response,
    *,
    priority: Annotated[Priority, Query(description="How soon.")] = Priority.ROUTINE,
    reference: BatchReference = "",
) -> BatchAnswer:
    """Accept a batch of searches; they run in the background, on behalf of the caller."""
    batch_id = batches.submit_batch(
        call.services, batches.SubmitBatch(call.caller, text, priority, reference, key)
    )
    response.headers["Location"] = f"{BATCH_PATH}/{batch_id}"
    return BatchAnswer.of(call.use(batches.batch_standing, batch_id, scope=Scope.SEARCH))


@router.get("")
def list_batches(
    call: SearchReader,
    *,
    limit: Limit = 50,
    before: Before = None,
    reference: ReferenceFilter = None,
) -> BatchListAnswer:
    """Return the batches of the caller's force, newest first."""
    return BatchListAnswer.of(
        call.use(batches.batch_standings, before=before, limit=limit, reference=reference)
    )


@router.get("/{batch_id}")
def get_batch(call: SearchReader, batch_id: IdInPath) -> BatchAnswer:
    """Return the progress of a batch of the caller's force."""
    return BatchAnswer.of(call.use(batches.batch_standing, BatchId(batch_id)))


@router.get("/{batch_id}/lines")
def list_batch_lines(
    call: SearchReader, batch_id: IdInPath, *, limit: Limit = 50, after: After = 0
) -> LineListAnswer:
    """Return lines of a batch in order, each with its state and its search or problem."""
    page = call.use(batches.batch_lines, BatchId(batch_id), after=after, limit=limit)
    return LineListAnswer.of(page)


@router.post("/{batch_id}/cancellation", status_code=204)
def post_batch_cancellation(call: Searcher, batch_id: IdInPath) -> Response:
    """Cancel the lines that are still waiting; finished lines stay."""
    call.use(batches.cancel_batch, BatchId(batch_id))
    return Response(status_code=204)


def line_reader(desk: print_desk.PrintDesk) -> ReadLine:
    """Return the function that reads a line of a batch as the search it requests.

    It raises MalformedJsonError, MalformedRequestError, InvalidInputError.
    """

    def read_line(line: bytes, caller: Caller, key: idempotency.IdempotencyKey) -> SubmitSearch:
        body = read_json(SearchBody, line)
        return body.to_command(caller, key, read_capture(body.impressions, desk))

    return read_line
