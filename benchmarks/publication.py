"""A quarter with many closed requests: `python -m benchmarks publication`.

The facts about the requests are written into the statistics in the same form as when requests are
closed, but in bulk and without events. The work measured is the release of the quarter, the pages
that show it, and the public site. Kinds, outcomes and requesters are drawn at random. The
application is the real one, not a stand-in.
"""

import io
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from fastapi.testclient import TestClient
from sqlalchemy import insert

from benchmarks.filling import caller
from benchmarks.machine import clocked
from benchmarks.runner import Benchmark, Options, Result
from domain.access.access import Purpose, Role
from domain.ids import UserId
from domain.publication import Quarter, Stage, Timeliness
from service.app import create_app
from service.bootstrap.runtime import Runtime, open_runtime
from service.logs import build_logger
from service.settings import load_settings
from service.storage.tables.office import countable_facts
from service.usecases.access.tokens import IssueToken, issue_token
from service.usecases.publication.releases import check_release, list_releases, release_quarter
from service.usecases.requests.kinds import KINDS
from service.web.publication.site import site_files

QUARTER = Quarter(2025, 2)
_CHUNK = 50_000
_CALLS = 40
_OUTCOMES = ("information", "no record", "denied", "not identified", "withdrawn", "lapsed")
_OFFICE = caller(Role.ADMINISTRATOR, Purpose.OPERATIONS)


@dataclass(frozen=True, kw_only=True)
class PublicationOptions(Options):
    """The options of `python -m benchmarks publication`."""

    requests: Annotated[int, "closed in one quarter"] = 100_000
    seed: Annotated[int, "seed of what is drawn"] = 1
    directory: Annotated[Path | None, "where the store is made"] = None


def measured(options: PublicationOptions) -> Result:
    """Return the figures for a store with this many closed requests in one quarter."""
    rng = np.random.default_rng(options.seed)
    with (
        tempfile.TemporaryDirectory(dir=options.directory) as made,
        open_runtime(load_settings(store=Path(made) / "store")) as runtime,
    ):
        services = runtime.services
        filling = clocked(lambda: _fill(runtime, options.requests, rng))
        release = clocked(lambda: release_quarter(services, _OFFICE, QUARTER))
        check = clocked(lambda: check_release(services, _OFFICE, QUARTER))
        releases = list_releases(services, _OFFICE)
        site = clocked(lambda: site_files(releases, ()))
        pages = sorted(_pages(runtime))
    return {
        "requests": options.requests,
        "tables": len(release.value.content.tables),
        "agrees": check.value,
        "fill_s": round(filling.wall_s, 1),
        "release_s": round(release.wall_s, 2),
        "check_s": round(check.wall_s, 2),
        "site_s": round(site.wall_s, 2),
        "site_files": len(site.value),
        "page_p50_ms": round(pages[len(pages) // 2], 1),
        "page_p95_ms": round(pages[int(0.95 * len(pages))], 1),
    }


def _fill(runtime: Runtime, requests: int, rng: np.random.Generator) -> None:
    """Write the facts about this many requests that were received and closed in the quarter."""
    kinds = sorted(KINDS)
    for begin in range(0, requests, _CHUNK):
        rows = list(_rows(kinds, range(begin, min(begin + _CHUNK, requests)), rng))
        with runtime.services.units.begin() as unit:
            unit.transaction.connection.execute(insert(countable_facts), rows)


def _rows(
    kinds: Sequence[str], numbers: range, rng: np.random.Generator
) -> Iterator[dict[str, Any]]:
    drawn = rng.integers(0, 1_000_000, size=(len(numbers), 4))
    for number, (kind, outcome, asker, days) in zip(numbers, drawn.tolist(), strict=True):
        is_state = asker % 3 == 0
        common = {
            "subject_id": f"{number:032x}",
            "service": kinds[kind % len(kinds)],
            "counted_on": date(2025, 4, 1) + timedelta(days=days % 91),
            "quarter": str(QUARTER),
            "asker": "state" if is_state else "person",
            "party": f"S{asker % 40:02}" if is_state else "",
        }
        yield {
            **common,
            "number": 1,
            "stage": Stage.RECEIVED.value,
            "outcome": "",
            "timeliness": Timeliness.NO_CLOCK.value,
            "days": 0,
        }
        yield {
            **common,
            "number": 5,
            "stage": Stage.CLOSED.value,
            "outcome": _OUTCOMES[outcome % len(_OUTCOMES)],
            "timeliness": (Timeliness.LATE if days % 9 == 0 else Timeliness.IN_TIME).value,
            "days": days % 120,
        }


def _pages(runtime: Runtime) -> Iterator[float]:
    """Yield the milliseconds of each call that shows releases: one quarter, or all of them."""
    command = IssueToken(_OFFICE, UserId("benchmark"), Role.ADMINISTRATOR, None, timedelta(days=1))
    secret = issue_token(runtime.services, command).secret
    headers = {"Authorization": f"Bearer {secret}", "X-Purpose": "operations"}
    app = create_app(runtime, logger=build_logger(io.StringIO()))
    with TestClient(app) as client:
        for number in range(_CALLS):
            path = "/v1/publication/releases" + (f"/{QUARTER}" if number % 2 else "")
            asked = clocked(partial(client.get, path, headers=headers))
            yield asked.wall_ms
            asked.value.raise_for_status()


main = Benchmark(
    measure=measured,
    is_met=lambda result: result["release_s"] < 60 and result["page_p95_ms"] < 150,
    digest=lambda _: "generated",
).main
