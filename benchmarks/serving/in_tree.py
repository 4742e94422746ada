"""The steps of `served`, run as a program with the code of one checkout.

It uses only names that this commit and earlier ones share. A function of a stage that a checkout
does not have is skipped.
"""

import functools
import importlib
import json
import os
import signal
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

_STAGES = Path(__file__).with_name("stages.json")
"""The functions of each stage. Time in a stage that another calls counts for the called one only.

Modules were moved, so a function is also listed under the names that it had in earlier commits.
"""


_ENROLMENT = ("service.cli.population", "service.cli.demo.population", "service.cli.loading")
"""Where `Enrolment` was, and is."""


class Meters:
    """Processor time by stage, of the thread that does the work."""

    def __init__(self) -> None:
        self.spent_ns: dict[str, int] = defaultdict(int)
        self._open = threading.local()

    def install(self) -> None:
        """Wrap every function of a stage in a meter."""
        for stage, places in json.loads(_STAGES.read_text()).items():
            for place in places:
                self._wrap(stage, place)

    def _wrap(self, stage: str, place: str) -> None:
        module, _, path = place.partition(":")
        try:
            owner: Any = importlib.import_module(module)
            *outer, name = path.split(".")
            for one in outer:
                owner = getattr(owner, one)
            setattr(owner, name, self._metered(stage, getattr(owner, name)))
        except (ImportError, AttributeError):
            return

    def _metered(self, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def timed(*given: Any, **named: Any) -> Any:
            outer_ns = getattr(self._open, "inside_ns", 0)
            self._open.inside_ns = 0
            begun_ns = time.thread_time_ns()
            try:
                return function(*given, **named)
            finally:
                took_ns = time.thread_time_ns() - begun_ns
                self.spent_ns[stage] += took_ns - self._open.inside_ns
                self._open.inside_ns = outer_ns + took_ns

        return timed

    def tell(self, path: Path) -> None:
        """Write the nanoseconds of each stage so far to a file."""
        fresh = path.with_suffix(".new")
        fresh.write_text(json.dumps(self.spent_ns))
        fresh.rename(path)


def fill(persons: int, seed: int) -> None:
    """Enrol generated people into the store given in the environment."""
    from data.synthetic.population import Population  # noqa: PLC0415 - from the checkout
    from service.cli.enrolling import enrol_chunks  # noqa: PLC0415

    settings, open_runtime = _upgraded()
    enrolment: Any = _one_of(*_ENROLMENT).Enrolment
    people = enrolment(Population(seed), persons)
    with open_runtime(settings) as runtime:
        enrol_chunks(runtime, people.source_digest, people.chunks(), advance=lambda _: None)
        runtime.services.gallery.index.compact()


def _upgraded() -> tuple[Any, Callable[..., Any]]:
    """Upgrade the schema; return the checkout's settings, and its function that opens a store."""
    from service.settings import load_settings  # noqa: PLC0415 - from the checkout

    settings = load_settings()
    stores: Any = _one_of("service.bootstrap.stores", "service.bootstrap")
    database = stores.open_database(settings)
    database.upgrade()
    database.close()
    runtime: Any = _one_of("service.bootstrap.runtime", "service.bootstrap")
    return settings, runtime.open_runtime


def _one_of(*names: str) -> Any:
    """Return the first of these modules that the checkout has, because modules were moved."""
    for name in names[:-1]:
        with suppress(ModuleNotFoundError):
            return importlib.import_module(name)
    return importlib.import_module(names[-1])


def opened() -> None:
    """Upgrade the schema, and print the secret of a force."""
    settings, open_runtime = _upgraded()
    with open_runtime(settings) as runtime:
        calls: Any = _one_of("service.demo.calls", "service.cli.demo.calls")
        print(calls.issue_demo_tokens(runtime)["force:west-yorkshire"])


def serve(told: Path | None = None) -> None:
    """Serve without trial searches, which are no part of a call.

    With a file, serve with meters. On SIGUSR1 their values are written to the file.
    """
    program: Any = _one_of("service.main", "service.cli.main")
    with suppress(ImportError, AttributeError):
        keepers: Any = importlib.import_module("service.background.search_keepers")
        keepers.RehearsalKeeper.step = lambda *_: None
    if told is not None:
        meters = Meters()
        meters.install()
        signal.signal(signal.SIGUSR1, lambda *_: meters.tell(told))
    sys.argv = ["identlink", "serve", "--port", "0", "--processes", "1", "--json"]
    program.run()


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["fill", persons, seed]:
            fill(int(persons), int(seed))
        case ["open"]:
            opened()
        case ["serve", *paths]:
            serve(*map(Path, paths))
        case _:
            os._exit(2)
