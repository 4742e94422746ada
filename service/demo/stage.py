"""What a demo runs on: its options, the served store, the tokens of its people, its server."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from rich.console import Console

from domain.access.access import Purpose, Role
from domain.errors import ConfigurationError
from domain.ids import ForceCode, SearchId
from service.bootstrap.runtime import Runtime
from service.cli.serving.http_server import Address, bind
from service.cli.synthetic_prints import Donor, remember_donors
from service.demo.calls import ApiCaller, issue_demo_tokens, search_body, secret_of
from service.demo.scenario import PlannedSearch
from service.usecases.workbench import Workbench


@dataclass(frozen=True, slots=True)
class DemoOptions:
    """The demo's options from the command line."""

    persons: int
    seed: int
    is_serving: bool
    is_json: bool
    is_verbose: bool = False
    """Whether candidates, evidence and provenance are shown as well."""
    is_exchanging: bool = False
    is_serving_public: bool = False
    """Whether the services for the public are shown."""
    is_converting: bool = False


_PURPOSES = {
    "force:west-yorkshire": Purpose.ARREST,
    "examiner:one": Purpose.EXAMINATION,
    "examiner:two": Purpose.EXAMINATION,
    "auditor:one": Purpose.AUDIT,
}


@dataclass(frozen=True, slots=True)
class Stage:
    """The running service, and how the demo's people call it."""

    runtime: Runtime
    address: str
    secrets: dict[str, str]
    console: Console
    bench: Workbench
    details: Console = field(default_factory=lambda: Console(quiet=True))
    """The console for what only `--verbose` shows."""

    @classmethod
    def set(
        cls, runtime: Runtime, address: str, console: Console, app: FastAPI, *, is_verbose: bool
    ) -> Stage:
        """Return the stage for a served application, with a token for each of its people."""
        details = console if is_verbose else Console(quiet=True)
        secrets = issue_demo_tokens(runtime)
        return cls(runtime, address, secrets, console, app.state.workbench, details)

    @property
    def store(self) -> Path:
        """The directory of the store."""
        return self.runtime.settings.store

    @contextmanager
    def callers(self) -> Iterator[dict[str, ApiCaller]]:
        """Open an API connection for each of the demo's people, and close them afterwards."""
        with ExitStack() as opened:
            yield {
                user: opened.enter_context(self.calling(self.secrets[user], purpose))
                for user, purpose in _PURPOSES.items()
            }

    @contextmanager
    def calling(self, secret: str, purpose: Purpose) -> Iterator[ApiCaller]:
        """Open an API connection with a token, and close it afterwards."""
        caller = ApiCaller.connect(self.address, secret, purpose)
        with caller.client:
            yield caller

    def caller(
        self, user: str, role: Role, purpose: Purpose, force: ForceCode | None = None
    ) -> AbstractContextManager[ApiCaller]:
        """Issue a token for a day, and open an API connection with it."""
        return self.calling(secret_of(self.runtime, user, role, force), purpose)

    def submit(self, callers: dict[str, ApiCaller], search: PlannedSearch) -> str:
        """Submit a search as the force would; note the true person, and return the search's id."""
        force = callers["force:west-yorkshire"].with_purpose(search.purpose)
        body = search_body(search.search_type, search.probe.probe)
        search_id = str(force.post("/v1/searches", body)["search_id"])
        self.remember(SearchId(search_id), search)
        return search_id

    def remember(self, search_id: SearchId, search: PlannedSearch) -> None:
        """Note whose prints a search was made with, so that they can be drawn."""
        truth, booking = search.probe.truth, search.probe.booking
        donor = Donor(truth.number, booking.capture, int(truth.position))
        remember_donors(self.store, {search_id: donor})


_START_TIMEOUT_S = 30.0
_POLL_S = 0.02


@contextmanager
def running(app: FastAPI, *, host: str, port: int) -> Iterator[str]:
    """Serve `app` and yield its address; on leaving, stop and wait for open requests.

    Port 0 takes a free port. Raises ConfigurationError if the port is in use.
    """
    listener = bind(Address(host, port))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        _wait_until_started(server, thread)
        yield f"http://{host}:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


def _wait_until_started(server: uvicorn.Server, thread: threading.Thread) -> None:
    deadline = time.monotonic() + _START_TIMEOUT_S
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            raise ConfigurationError("The service did not start: see its log.")
        time.sleep(_POLL_S)
