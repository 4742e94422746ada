"""`identlink sandbox`: a store with known people, for developers of a client.

Its files contain calls that are ready to send, with the outcome that each will get. Two simulated
examiners decide, within seconds, the searches made from these files; other searches stay open.
Batches are processed and webhooks are sent. A call that only a sandbox accepts moves the clock
forward.
"""

import json
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Annotated

import httpx2
import typer
from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from rich.console import Console

from data.synthetic.population import Population
from domain.examination.finding_policy import TEMPLATES_ALONE
from service.adapters.surroundings import surroundings, utc_now
from service.app import create_app
from service.background.thread import beside
from service.bootstrap.runtime import Runtime
from service.cli.context import CONSOLE, Call
from service.cli.loading import Enrolment
from service.cli.serving.worker import loops_of, rounds_of
from service.cli.serving.working import run_together
from service.demo.calls import DEMO_FORCE, ApiCaller, issue_demo_tokens, search_body
from service.demo.ending import opened, wait_until_stopped
from service.demo.examiners import EXAMINERS, Truth, examine, truth_of
from service.demo.run import enrol
from service.demo.scenario import Kind, PlannedSearch, planned_searches
from service.demo.stage import Stage, running
from service.logs import LogEvent, build_logger, failure_note
from service.settings import Settings
from service.usecases.access.clients import AddClient, add_client
from service.usecases.examination.possible_outcomes import set_finding_policy
from service.usecases.leasing import WorkerPolicy

_YEARS_S = 10 * 366 * 86_400
"""The furthest that one call moves the clock: enough for every period in the service."""


@dataclass(slots=True)
class MovedClock:
    """The current time, plus the time by which it was moved."""

    ahead: timedelta = timedelta(0)

    def __call__(self) -> datetime:
        """Return the time that the sandbox takes as the current time."""
        return utc_now() + self.ahead

    def forward(self, by: timedelta) -> None:
        """Move the clock forward; never back, because the log's times must not go back."""
        self.ahead += by


class Forward(BaseModel):
    """How far to move the clock."""

    model_config = ConfigDict(extra="forbid", strict=True)

    forward_s: Annotated[int, Field(ge=0, le=_YEARS_S)]


def clock_calls(clock: MovedClock) -> APIRouter:
    """Return the API calls that read and move a clock; they need no token."""
    router = APIRouter(prefix="/sandbox/clock", include_in_schema=False)

    @router.get("")
    def get_clock() -> dict[str, datetime]:
        return {"now": clock()}

    @router.post("")
    def post_clock(body: Forward) -> dict[str, datetime]:
        clock.forward(timedelta(seconds=body.forward_s))
        return {"now": clock()}

    return router


_LEASE = timedelta(seconds=60)


@contextmanager
def working(runtime: Runtime) -> Iterator[None]:
    """Do background work until the block ends, in threads that share the sandbox's clock."""
    stopping = threading.Event()
    note = failure_note(build_logger(sys.stderr, "error"), LogEvent.WORK_FAILED)
    policy = WorkerPolicy(lease=_LEASE, stored_together=1, deliveries=1)
    with rounds_of(runtime, policy, stopping, note) as rounds:
        loops = loops_of(rounds, stopping, note)
        with beside(stopping, partial(run_together, loops, stopping)):
            yield


PERSONS = 200
_SEED = 11
_PAUSE_S = 0.5

_OUTCOMES = {
    Kind.HONEST: "linked",
    Kind.FALSE_IDENTITY: "linked",
    Kind.UNSEEN: "not linked",
    Kind.MARK: "linked",
}


@dataclass(frozen=True, slots=True)
class Sandbox:
    """A running sandbox: its address, its client, and its files of calls."""

    address: str
    client_id: str
    client_secret: str
    samples: tuple[dict[str, str], ...]


def sandbox(
    call: Call,
    *,
    port: Annotated[
        int | None, typer.Option(min=0, max=65_535, help="Port; 0 takes a free one.")
    ] = None,
    samples: Annotated[
        Path, typer.Option(file_okay=False, help="Directory for the files with sample calls.")
    ] = Path("samples"),
) -> None:
    """Serve known people, with sample calls and their expected outcomes, until stopped.

    Without --store, everything is deleted afterwards, except the files of calls.
    """
    with nullcontext(call.store) if call.store else _temporary() as place:
        settings = Call(place).settings(
            port=port, workbench_over_http=True, webhook_private_addresses=True, trial=True
        )
        with serving_sandbox(settings, samples) as found:
            call.say(_sentences(found), asdict(found))
            wait_until_stopped()


@contextmanager
def serving_sandbox(settings: Settings, samples: Path) -> Iterator[Sandbox]:
    """Serve a sandbox and write its files until the block ends."""
    enrolment = Enrolment(Population(_SEED), PERSONS)
    clock = MovedClock()
    outside = replace(surroundings(), clock=clock, outer_clock=utc_now)
    with closing(opened(settings, outside)) as runtime:
        enrol(runtime, enrolment, Console(quiet=True))
        # Only templates are sent, so findings must be allowed to rest on templates.
        set_finding_policy(runtime.services, CONSOLE, TEMPLATES_ALONE, is_trial=True)
        app = create_app(runtime, logger=build_logger(sys.stderr, "error"))
        app.include_router(clock_calls(clock))
        searches = planned_searches(enrolment.population, persons=PERSONS, run=1)
        told = _write_samples(samples, searches)
        truths = [truth_of(enrolment.population, search) for search in searches]
        with running(app, host=settings.host, port=settings.port) as address:
            secrets = issue_demo_tokens(runtime)
            stage = Stage(runtime, address, secrets, Console(quiet=True), app.state.workbench)
            with working(runtime), _examining(stage, truths):
                yield Sandbox(address, *_client(runtime), told)


def _client(runtime: Runtime) -> tuple[str, str]:
    name = f"sandbox-{runtime.services.new_id()[:8]}"
    issued = add_client(runtime.services, AddClient(CONSOLE, name, DEMO_FORCE))
    return issued.client.client_id, issued.secret


def _write_samples(
    directory: Path, searches: Sequence[PlannedSearch]
) -> tuple[dict[str, str], ...]:
    directory.mkdir(parents=True, exist_ok=True)
    told = []
    for search in searches:
        file = directory / f"search-{search.kind.value.replace('_', '-')}.json"
        file.write_text(json.dumps(search_body(search.search_type, search.probe.probe)), "utf-8")
        told.append(
            {
                "file": str(file),
                "call": "POST /v1/searches",
                "purpose": search.purpose.value,
                "about": search.kind.words,
                "outcome": _OUTCOMES[search.kind],
            }
        )
    return tuple(told)


def _examining(stage: Stage, truths: Sequence[Truth]) -> AbstractContextManager[None]:
    """Let both examiners decide cases with known truth, again and again, until the end."""
    stopping = threading.Event()
    return beside(stopping, partial(_examine_until, stopping, stage, truths))


def _examine_until(stopping: threading.Event, stage: Stage, truths: Sequence[Truth]) -> None:
    while not stopping.is_set():
        with stage.callers() as callers:
            _examine_while_known(stopping, stage.runtime, callers, truths)
        # The clock was moved beyond the end of their tokens' validity.
        stage = replace(stage, secrets=issue_demo_tokens(stage.runtime))


def _examine_while_known(
    stopping: threading.Event,
    runtime: Runtime,
    callers: dict[str, ApiCaller],
    truths: Sequence[Truth],
) -> None:
    """Examine until the block ends, or until the examiners' tokens expire."""
    while not stopping.wait(_PAUSE_S):
        for name in EXAMINERS:
            try:
                examine(runtime, callers[name], truths)
            except httpx2.HTTPStatusError as error:
                if error.response.status_code == httpx2.codes.UNAUTHORIZED:
                    return
                # A person holds the same case in the workbench: the next round finds other cases.


def _sentences(found: Sandbox) -> str:
    lines = [
        f"identlink sandbox serves at {found.address}; Ctrl-C ends it.",
        f"Client {found.client_id}, secret {found.client_secret}.",
        "",
        *(f"{one['file']}: {one['about']}. Outcome: {one['outcome']}." for one in found.samples),
        "",
        f"A day forward: curl --json '{{\"forward_s\": 86400}}' {found.address}/sandbox/clock",
        f"TOKEN=$(curl -s -u {found.client_id}:{found.client_secret} -d"
        f" grant_type=client_credentials {found.address}/v1/oauth/token | sed"
        ' \'s/.*access_token":"//; s/".*//\')',
        f"curl -H \"Authorization: Bearer $TOKEN\" -H 'X-Purpose: arrest' --json"
        f" @{found.samples[0]['file']} {found.address}/v1/searches",
    ]
    return "\n".join(lines)


@contextmanager
def _temporary() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="identlink-sandbox-") as directory:
        yield Path(directory) / "store"
