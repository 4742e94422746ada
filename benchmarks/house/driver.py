"""The application of one checkout, started in this process and asked to search.

A script of its own: `walk` runs it with the checkout on PYTHONPATH, so that the same driver serves
a checkout from before the rooms and one from after. It therefore imports nothing of this package,
and reaches the checkout's callers (`tests`, above `benchmarks`) by name.

`driver.py trace ROOT` writes JSON: the calls `[file, function]` of one `POST /v1/searches`.
`driver.py rounds ROOT` reads a number of searches a line and answers the processor seconds.
"""

from __future__ import annotations

import importlib
import io
import json
import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

PEOPLE = 6
"""People with a record and ten fingers each, enrolled before the first search."""

NEWCOMER = 50
"""One more, enrolled after it: the search that is traced brings the index up to date."""

SEARCHED = 2
"""The person searched with: one of those."""


_BACKGROUND = "service/background/"


class Trace:
    """The calls of Python functions that lie under a root, while it is on; all threads.

    Threads in the background are left out: they look at the database now and then, and are no
    part of a search.
    """

    def __init__(self, root: Path) -> None:
        self._root = f"{root.resolve()}/"
        self._is_on = False
        self._calls: list[tuple[int, str, str]] = []

    def install(self) -> None:
        """Listen in this thread and in all that begin later."""
        threading.setprofile(self._note)
        sys.setprofile(self._note)

    @contextmanager
    def on(self) -> Iterator[None]:
        """Note calls inside this context alone."""
        self._is_on = True
        try:
            yield
        finally:
            self._is_on = False

    @property
    def calls(self) -> list[tuple[str, str]]:
        """The calls in the order in which they began: (file, function)."""
        beside = {thread for thread, file, _ in self._calls if file.startswith(_BACKGROUND)}
        return [(file, name) for thread, file, name in self._calls if thread not in beside]

    def _note(self, frame: FrameType, event: str, _argument: object) -> None:
        if self._is_on and event == "call":
            code = frame.f_code
            file = code.co_filename
            if file.startswith(self._root) and is_product(file.removeprefix(self._root)):
                name = file.removeprefix(self._root)
                self._calls.append((threading.get_ident(), name, code.co_name))


def is_product(file: str) -> bool:
    """Whether a file, relative to its checkout, is product code: neither test nor benchmark."""
    return file.split("/", 1)[0] not in {"tests", "benchmarks", ".venv"}


@contextmanager
def _world(**limits: int) -> Iterator[Any]:
    """Yield the callers of the tests over a new application with PEOPLE enrolled, warmed up."""
    # By the environment: trees of before do not know the setting.
    os.environ["IDENTLINK_TRIAL"] = "true"
    with tempfile.TemporaryDirectory() as directory:
        settings = _of("service.settings").load_settings(
            store=Path(directory) / "store", max_body_bytes=200_000, **limits
        )
        scorer = _of("matching.scorer").load_scorer()
        logger = _of("service.logs").build_logger(io.StringIO())
        runtime = _of("service.bootstrap").assemble(settings, scorer)
        app = _of("service.app").create_app(runtime, logger=logger)
        with _of("fastapi.testclient").TestClient(app, raise_server_exceptions=False) as client:
            world = _of("tests.integration.api.driver").World(app, client, io.StringIO())
            for person in range(PEOPLE):
                world.enrol(person)
            world.search(SEARCHED)
            world.enrol(NEWCOMER)
            yield world


def _of(module: str) -> Any:
    return importlib.import_module(module)


def _search(world: Any, body: dict[str, object]) -> None:
    answer = world.force().post("/v1/searches", body)
    if answer.status_code != 201:
        raise SystemExit(f"The search was answered with {answer.status_code}, not 201.")


def _body() -> dict[str, object]:
    """Return the search of a force: ten prints with their minutiae, and what the person said."""
    prints = _of("tests.integration.api.prints").tenprint(SEARCHED, capture=4)
    said = {
        "names": [{"forename": "Zebedee", "surname": "Quince", "middle_names": ""}],
        "dates_of_birth": ["1971-04-09"],
        "place_of_birth": "Llanfairpwll",
    }
    return {
        "search_type": "TP/TP",
        "impressions": _of("tests.integration.api.minutiae").with_minutiae(prints),
        "details": said,
    }


def trace(root: Path) -> None:
    """Write the calls of one served search to standard output, as JSON."""
    calls = Trace(root)
    calls.install()
    # The guard of probes is on, as it is by default.
    with _world() as world:
        body = _body()
        with calls.on():
            _search(world, body)
    json.dump(calls.calls, sys.stdout)


def rounds() -> None:
    """Answer each line, a number of searches, with the processor seconds that they took."""
    # The guard works as ever; its limits are too high to refuse the one search made many times.
    with _world(probe_attempts=10_000, requests_per_minute=10_000_000) as world:
        body = _body()
        for line in sys.stdin:
            before = time.process_time()
            for _ in range(int(line)):
                _search(world, body)
            print(time.process_time() - before, flush=True)


if __name__ == "__main__":
    if sys.argv[1] == "trace":
        trace(Path(sys.argv[2]))
    else:
        rounds()
