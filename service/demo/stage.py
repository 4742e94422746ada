"""What a demo runs on: its options, the served store, the tokens of its people, its server, and
pictures of its prints, drawn on demand from the identities behind the templates.

The generator derives the id of an enrolled capture from the person's number, so enrolled captures
need no table. A search gets its id from the service, so the donor of its probe is noted in a file
of the store, which only the demo and its pictures read.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import uvicorn
from fastapi import FastAPI
from rich.console import Console

from data.synthetic.facts import encounter_ids
from data.synthetic.ridges.impressions import png_bytes, render_impression
from data.synthetic.ridges.streams import Appearance, FingerIdentity
from domain.access.access import Purpose, Role
from domain.errors import ConfigurationError
from domain.ids import EncounterId, ForceCode, SearchId
from domain.prints.prints import FingerPosition, Impression
from service.bootstrap.runtime import Runtime
from service.cli.serving.http_server import Address, bind
from service.demo.calls import ApiCaller, issue_demo_tokens, search_body, secret_of
from service.demo.scenario import Kind, PlannedSearch
from service.ports.print_images import OfEncounter, OfSearch, PrintImage, PrintOrigin
from service.usecases.workbench import Workbench

_ENROLLED_CAPTURES = 3
"""The largest number of enrolled captures that a synthetic person has."""

_FILE = "synthetic-prints.json"


@dataclass(frozen=True, slots=True)
class Donor:
    """The person and the capture of a print; `position` if the print does not state it."""

    person_number: int
    capture: int
    position: int = 0


class SyntheticPrints:
    """The port for print images, implemented with drawn ridge patterns. Thread-safe."""

    def __init__(self, seed: int, *, persons: int, store: Path) -> None:
        self._seed = seed
        self._store = store
        self._searches = read_donors(store)
        self._encounters = _enrolled(seed, persons)

    def of(self, capture: OfSearch | OfEncounter, impression: Impression) -> PrintImage | None:
        """Return the drawing of an impression; None if the donor is unknown."""
        if isinstance(capture, OfEncounter):
            return self._drawn(self._encounters.get(capture.owner), impression)
        if capture.owner not in self._searches:  # submitted later: the file has grown
            self._searches = read_donors(self._store)
        return self._drawn(self._searches.get(capture.owner), impression)

    def _drawn(self, donor: Donor | None, impression: Impression) -> PrintImage | None:
        position = impression.position or FingerPosition(donor.position if donor else 0)
        if donor is None or not position:
            return None
        drawn = render_impression(
            FingerIdentity(self._seed, donor.person_number, position),
            Appearance(impression.impression_type, impression.quality, donor.capture),
        )
        height_px, width_px = drawn.image.shape
        return PrintImage(
            png=png_bytes(drawn.image),
            width_px=width_px,
            height_px=height_px,
            minutiae=drawn.minutiae,
            origin=PrintOrigin.SYNTHETIC,
            dpi=drawn.dpi,
        )


def remember_donors(store: Path, searches: Mapping[SearchId, Donor]) -> None:
    """Add the donors of these searches' probes to the store's file."""
    known = {**read_donors(store), **searches}
    content = {search_id: asdict(donor) for search_id, donor in known.items()}
    (store / _FILE).write_text(json.dumps(content, indent=1, sort_keys=True) + "\n")


def read_donors(store: Path) -> dict[SearchId, Donor]:
    """Return the donors of the probes by search; empty if the demo has not run."""
    path = store / _FILE
    if not path.exists():
        return {}
    content = json.loads(path.read_text())
    return {SearchId(search_id): Donor(**donor) for search_id, donor in content.items()}


def _enrolled(seed: int, persons: int) -> dict[EncounterId, Donor]:
    numbers = np.arange(persons, dtype=np.int64)
    return {
        encounter_id: Donor(number, capture)
        for capture in range(_ENROLLED_CAPTURES)
        for number, encounter_id in enumerate(encounter_ids(seed, numbers, capture))
    }


@dataclass(frozen=True, slots=True)
class DemoOptions:
    """The demo's options from the command line."""

    persons: int
    seed: int
    is_serving: bool
    is_json: bool
    is_verbose: bool = False
    is_exchanging: bool = False
    is_serving_public: bool = False
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
        body["reference"] = _reference_of(search)
        search_id = str(force.post("/v1/searches", body)["search_id"])
        self.remember(SearchId(search_id), search)
        return search_id

    def remember(self, search_id: SearchId, search: PlannedSearch) -> None:
        """Note whose prints a search was made with, so that they can be drawn."""
        truth, booking = search.probe.truth, search.probe.booking
        donor = Donor(truth.number, booking.capture, int(truth.position))
        remember_donors(self.store, {search_id: donor})


def _reference_of(search: PlannedSearch) -> str:
    """Return an invented number of a custody record or a scene, a new one for each capture."""
    place = "Custody" if search.kind is not Kind.MARK else "Scene"
    return f"{place} {search.probe.truth.number}/{search.probe.booking.capture}"


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
