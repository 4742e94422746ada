"""Traces one served search through the rooms.

`followed` runs this module as a separate program. The program starts the application, sends it a
search, and writes the calls `[file, function]` of one `POST /v1/searches` as JSON. Only it
imports the callers of the tests.
"""

from __future__ import annotations

import importlib
import io
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from types import FrameType
from typing import Any

from tests.house.layout import PRODUCT, ROOT, place_of

WALK_FUNCTIONS = 399
"""Distinct functions of one served search, of which 109 compare the stated details."""

WALK_MOVES = 150
"""Moves between rooms of one served search."""

NOT_FUNCTIONS = {"<genexpr>", "<listcomp>", "<lambda>", "<dictcomp>", "<setcomp>"}
"""Frames that a reader sees as part of a function. They are left out of the trail."""


@dataclass(frozen=True, slots=True)
class Trail:
    """The calls of one search, in the order in which they began: (file, function)."""

    calls: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, calls: Sequence[Sequence[str]]) -> Trail:
        """Return the trail of traced calls, without comprehensions and lambdas."""
        return cls(tuple((file, name) for file, name in calls if name not in NOT_FUNCTIONS))

    @property
    def functions(self) -> frozenset[tuple[str, str]]:
        """The distinct functions."""
        return frozenset(self.calls)

    @property
    def files(self) -> frozenset[str]:
        """The distinct files."""
        return frozenset(file for file, _ in self.calls)

    @property
    def path(self) -> tuple[str, ...]:
        """The rooms in the order in which the search enters them. No two neighbours are equal."""
        return tuple(place for place, _ in groupby(self.calls, lambda call: place_of(call[0])))

    @property
    def moves(self) -> int:
        """How often the search moves from one room to another."""
        return max(0, len(self.path) - 1)

    def visits(self) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
        """Return each visit to a room, with the calls made during the visit."""
        stays = groupby(self.calls, lambda call: place_of(call[0]))
        return tuple((place, tuple(calls)) for place, calls in stays)

    def entrances(self) -> Counter[tuple[str, str, str]]:
        """Return how often each function is the first of a visit: (previous room,
        file, function).
        """
        visits = self.visits()
        before = ["", *(place for place, _ in visits)]
        return Counter(
            (place, *calls[0]) for place, (_, calls) in zip(before, visits, strict=False)
        )

    def by_room(self) -> dict[str, tuple[tuple[str, str], ...]]:
        """Return the distinct functions of each room, the room with the most functions first."""
        ranked = Counter(place_of(file) for file, _ in self.functions).most_common()
        return {
            place: tuple(sorted(call for call in self.functions if place_of(call[0]) == place))
            for place, _ in ranked
        }


_PROGRAM = "import json; from tests.house.walk import trace; print(json.dumps(trace()))"


def followed() -> Trail:
    """Return the trail of one search served by the code of this checkout."""
    done = subprocess.run(  # noqa: S603  # our own program
        [sys.executable, "-c", _PROGRAM],
        env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return Trail.of(json.loads(done.stdout))


def summary(trail: Trail) -> str:
    """Return the counts of a trail in one line."""
    return (
        f"{len(trail.functions)} functions in {len(trail.files)} files, {trail.moves} moves "
        f"between {len(set(trail.path))} rooms ({len(trail.calls):,} calls)"
    )


def details(trail: Trail) -> Iterator[str]:
    """Yield the functions of each room, the most used entrances, and the path
    through the rooms.
    """
    for place, functions in trail.by_room().items():
        yield f"\n{place}: {len(functions)} functions"
        yield from (f"  {file}  {name}" for file, name in functions)
    yield "\nDoors: moves, from, function that is entered"
    for (before, file, name), moves in trail.entrances().most_common():
        yield f"  {moves:>3}  {before or 'outside'} -> {file}  {name}"
    yield "\nThe path"
    for number, (place, calls) in enumerate(trail.visits()):
        yield f"  {number:>3}  {place}: {', '.join(name for _, name in calls)}"


PEOPLE = 6
"""People with a record and ten fingers each, who are enrolled before the first search."""

NEWCOMER = 50
"""One more person, enrolled after the first search. The traced search therefore brings the index
up to date."""

SEARCHED = 2
"""The person who is searched for: one of the people enrolled first."""


_BACKGROUND = "service/background/"


class Trace:
    """The calls of Python functions in files under a root, in all threads, while tracing is on.

    Background threads are left out: they check the database now and then and are not part of a
    search.
    """

    def __init__(self, root: Path) -> None:
        self._root = f"{root.resolve()}/"
        self._is_on = False
        self._calls: list[tuple[int, str, str]] = []

    def install(self) -> None:
        """Trace this thread and all threads that begin later."""
        threading.setprofile(self._note)
        sys.setprofile(self._note)

    @contextmanager
    def on(self) -> Iterator[None]:
        """Record calls only inside this context."""
        self._is_on = True
        try:
            yield
        finally:
            self._is_on = False

    @property
    def calls(self) -> list[tuple[str, str]]:
        """The calls, in the order in which they began: (file, function)."""
        beside = {thread for thread, file, _ in self._calls if file.startswith(_BACKGROUND)}
        return [(file, name) for thread, file, name in self._calls if thread not in beside]

    def _note(self, frame: FrameType, event: str, _argument: object) -> None:
        if self._is_on and event == "call":
            code = frame.f_code
            file = code.co_filename
            name = file.removeprefix(self._root)
            if name != file and name.partition("/")[0] in PRODUCT:
                self._calls.append((threading.get_ident(), name, code.co_name))


def trace() -> list[tuple[str, str]]:
    """Return the calls of one search, served by a new application with PEOPLE enrolled."""
    calls = Trace(ROOT)
    calls.install()
    with tempfile.TemporaryDirectory() as directory:
        # The check for repeated probes is on, as it is by default.
        settings = _of("service.settings").load_settings(
            store=Path(directory) / "store", max_body_bytes=200_000, trial=True
        )
        scorer = _of("matching.scorer").load_scorer()
        runtime = _of("service.bootstrap.runtime").assemble(settings, scorer)
        logger = _of("service.logs").build_logger(io.StringIO())
        app = _of("service.app").create_app(runtime, logger=logger)
        with _of("fastapi.testclient").TestClient(app, raise_server_exceptions=False) as client:
            world = _of("tests.integration.api.driver").World(app, client, io.StringIO())
            for person in range(PEOPLE):
                world.enrol(person)
            world.search(SEARCHED)
            world.enrol(NEWCOMER)
            body = _body()
            with calls.on():
                answer = world.force().post("/v1/searches", body)
    if answer.status_code != 201:
        raise SystemExit(f"The search was answered with {answer.status_code}, not 201.")
    return calls.calls


def _of(module: str) -> Any:
    return importlib.import_module(module)


def _body() -> dict[str, object]:
    """Return the search of a force: ten prints with their minutiae, and the stated details."""
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
