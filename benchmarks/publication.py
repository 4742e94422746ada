"""A quarter with many closed requests: `python -m benchmarks publication`.

The facts of the requests are written into the statistics as closing them writes them, but in bulk
and without their events: the measured work is the release of the quarter, the pages that show it,
and the public site. Kinds, outcomes and askers are drawn; the real application answers.
"""

from __future__ import annotations

import argparse
import io
import json
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from fastapi.testclient import TestClient
from sqlalchemy import insert

from benchmarks.machine import described_run
from domain.access import Actor, Caller, Purpose, Role, Scope
from domain.ids import UserId
from domain.publication.facts import Quarter, Stage, Timeliness
from service.app import create_app
from service.bootstrap import Runtime, start
from service.logs import build_logger
from service.settings import load_settings
from service.storage.tables.office.publication import countable_facts
from service.usecases.access.tokens import IssueToken, issue_token
from service.usecases.publication.releases import check_release, list_releases, release_quarter
from service.usecases.requests.kinds import KINDS
from service.web.publication.site import site_files

QUARTER = Quarter(2025, 2)
_CHUNK = 50_000
_CALLS = 40
_OUTCOMES = ("information", "no record", "denied", "not identified", "withdrawn", "lapsed")
_OFFICE = Caller(
    Actor(
        UserId("benchmark"),
        Role.ADMINISTRATOR,
        None,
        frozenset({Scope.OPERATE, Scope.READ_FIGURES}),
    ),
    Purpose.OPERATIONS,
)


def main(arguments: Sequence[str]) -> int:
    """Measure and print; 1 if a release takes a minute, or a page 150 ms."""
    options = _parser().parse_args(arguments)
    with tempfile.TemporaryDirectory(dir=options.directory) as made:
        result = measured(Path(made), options.requests, options.seed)
    print(json.dumps(result, indent=1))
    if options.json:
        command = ["python", "-m", "benchmarks", "publication", *arguments]
        described = described_run(command, seed=options.seed, dataset_digest="generated")
        whole = {"benchmark": "publication", **described, **result}
        options.json.write_text(json.dumps(whole, indent=1) + "\n", encoding="utf-8")
    return 0 if result["release_s"] < 60 and result["page_p95_ms"] < 150 else 1


def measured(directory: Path, requests: int, seed: int = 1) -> dict[str, Any]:
    """Return the figures of a store with so many closed requests in one quarter."""
    settings = load_settings(store=directory / "store")
    runtime = start(settings)
    try:
        fill_s, _ = _timed(lambda: _fill(runtime, requests, np.random.default_rng(seed)))
        release_s, release = _timed(lambda: release_quarter(runtime.services, _OFFICE, QUARTER))
        check_s, agrees = _timed(lambda: check_release(runtime.services, _OFFICE, QUARTER))
        releases = list_releases(runtime.services, _OFFICE)
        site_s, files = _timed(lambda: site_files(releases, ()))
        pages = sorted(_pages(runtime))
    finally:
        runtime.close()
    return {
        "requests": requests,
        "tables": len(release.content.tables),
        "agrees": agrees,
        "fill_s": round(fill_s, 1),
        "release_s": round(release_s, 2),
        "check_s": round(check_s, 2),
        "site_s": round(site_s, 2),
        "site_files": len(files),
        "page_p50_ms": round(pages[len(pages) // 2], 1),
        "page_p95_ms": round(pages[int(0.95 * len(pages))], 1),
    }


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    begun = time.perf_counter()
    done = work()
    return time.perf_counter() - begun, done


def _fill(runtime: Runtime, requests: int, rng: np.random.Generator) -> None:
    """Write the facts of so many requests that were received and closed in the quarter."""
    kinds = sorted(KINDS)
    for begin in range(0, requests, _CHUNK):
        rows = list(_rows(kinds, range(begin, min(begin + _CHUNK, requests)), rng))
        with runtime.services.units.write() as unit:
            unit.transaction.connection.execute(insert(countable_facts), rows)
            unit.commit()


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
    """Yield the milliseconds of each call that shows releases, one quarter or all of them."""
    command = IssueToken(_OFFICE, UserId("benchmark"), Role.ADMINISTRATOR, None, timedelta(days=1))
    secret = issue_token(runtime.services, command).secret
    headers = {"Authorization": f"Bearer {secret}", "X-Purpose": "operations"}
    app = create_app(runtime, logger=build_logger(io.StringIO()))
    with TestClient(app) as client:
        for number in range(_CALLS):
            path = "/v1/publication/releases" + (f"/{QUARTER}" if number % 2 else "")
            begun = time.perf_counter()
            answer = client.get(path, headers=headers)
            yield (time.perf_counter() - begun) * 1_000
            answer.raise_for_status()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks publication", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--requests", type=int, default=100_000, help="closed in one quarter")
    parser.add_argument("--seed", type=int, default=1, help="seed of what is drawn")
    parser.add_argument("--directory", type=Path, help="where the store is made")
    parser.add_argument("--json", type=Path, help="file for the result")
    return parser
