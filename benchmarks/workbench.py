"""`python -m benchmarks workbench`: every page of the workbench over a store with many cases.

The time of a page is that of the whole application in this process, without a network: session,
use case, database, template. Cases beyond those that are worked exist as rows only.
"""

from __future__ import annotations

import argparse
import io
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from argon2 import PasswordHasher
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response

from benchmarks.machine import described_run, write_result
from benchmarks.workbench_cases import FORCE, add_rows, open_case, search_id_of
from data.synthetic.population import Population
from domain.access import ROLE_SCOPES, Actor, Caller, Purpose, Role
from domain.ids import ForceCode, UserId
from service.app import create_app
from service.bootstrap import Runtime, open_database, start
from service.cli.enrolling import enrol_chunks
from service.cli.population import Enrolment
from service.cli.synthetic_prints import SyntheticPrints
from service.logs import build_logger
from service.settings import load_settings
from service.usecases.access.accounts import AddAccount, add_account
from service.usecases.workbench import Workbench

DESCRIPTION = "Serve every page of the workbench from a store with many people and cases."
LIMIT_MS = 150.0
"""The server's limit for any page: 95 of 100 requests."""
BOTH_PRINTS_LIMIT_MS = 1_000.0
"""The comparison with both prints and their minutiae, which are cached."""

_PASSWORD = "a pass phrase of this benchmark"  # noqa: S105 - of a store that lives a minute
_ROOT = Caller(
    Actor(UserId("benchmark"), Role.ADMINISTRATOR, None, ROLE_SCOPES[Role.ADMINISTRATOR]),
    Purpose.OPERATIONS,
)
_PEOPLE_AT_WORK = (
    ("examiner-a", Role.EXAMINER, None),
    ("examiner-b", Role.EXAMINER, None),
    ("supervisor-a", Role.SUPERVISOR, None),
    ("auditor-a", Role.AUDITOR, None),
    ("custody-01", Role.FORCE, FORCE),
)


def main(arguments: Sequence[str]) -> int:
    """Run the benchmark and print its table; returns 1 if a page is too slow."""
    options = _options(arguments)
    with tempfile.TemporaryDirectory() as directory:
        result = _measure(options, Path(directory))
    _print(result)
    write_result(options.json, result)
    return int(any(page["p95_ms"] > page["limit_ms"] for page in result["pages"]))


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m benchmarks workbench", description=DESCRIPTION)
    parser.add_argument("--persons", type=int, default=20_000, help="people enrolled")
    parser.add_argument("--cases", type=int, default=5_000, help="cases in all states")
    parser.add_argument("--requests", type=int, default=40, help="requests of each page")
    parser.add_argument("--seed", type=int, default=51, help="seed of the population")
    parser.add_argument("--database-url", help="database to use instead of SQLite")
    parser.add_argument("--json", type=Path, help="file for the result")
    return parser.parse_args(arguments)


@dataclass(frozen=True, slots=True)
class _Site:
    """The application over the store, and its users' browsers."""

    app: FastAPI
    bench: Workbench
    population: Population
    store: Path

    def browser(self, name: str) -> TestClient:
        """Return the browser of a signed-in account."""
        client = TestClient(self.app, base_url="http://localhost")
        token = _token(client.get("/workbench/sign-in"))
        fields = {"csrf": token, "name": name, "password": _PASSWORD}
        client.post("/workbench/sign-in", data=fields).raise_for_status()
        return client


def _measure(options: argparse.Namespace, directory: Path) -> dict[str, Any]:
    head = described_run(
        ["python", "-m", "benchmarks", "workbench", *_given(options)],
        seed=options.seed,
        dataset_digest=Population(options.seed).parameters.digest,
    )
    with _site(options, directory) as site:
        prepared = _Prepared(site)
        pages = [
            _page(name, ask, options.requests, limit_ms=limit_ms)
            for name, limit_ms, ask in prepared.pages()
        ]
    return {
        "benchmark": "workbench",
        **head,
        "persons": options.persons,
        "cases": options.cases,
        "requests": options.requests,
        "database": "another" if options.database_url else "SQLite",
        "pages": pages,
    }


def _given(options: argparse.Namespace) -> tuple[str, ...]:
    return (f"--persons {options.persons}", f"--cases {options.cases}")


@contextmanager
def _site(options: argparse.Namespace, directory: Path) -> Iterator[_Site]:
    settings = load_settings(
        store=directory, database_url=options.database_url, workbench_over_http=True
    )
    database = open_database(settings)
    database.upgrade()
    database.close()
    runtime = start(settings)
    population = Population(options.seed)
    enrolment = Enrolment(population, options.persons)
    enrol_chunks(runtime, enrolment.source_digest, enrolment.chunks(), advance=lambda _: None)
    prints = SyntheticPrints(options.seed, persons=options.persons, store=directory)
    app = create_app(runtime, logger=build_logger(io.StringIO()), prints=prints)
    bench = _with_accounts(app, runtime)
    add_rows(bench, options.cases)
    with TestClient(app):
        yield _Site(app, bench, population, directory)


def _with_accounts(app: FastAPI, runtime: Runtime) -> Workbench:
    """Add an account of each role; password hashes are cheap, since they are not measured."""
    del runtime
    cheap = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    bench: Workbench = replace(app.state.workbench, passwords=cheap)
    app.state.workbench = bench
    for name, role, force in _PEOPLE_AT_WORK:
        code = ForceCode(force) if force else None
        add_account(bench, AddAccount(_ROOT, name, _PASSWORD, role, code))
    return bench


class _Prepared:
    """Cases brought to each step, so that every page has one to show."""

    def __init__(self, site: _Site) -> None:
        self._examiner = site.browser("examiner-a")
        self._other = site.browser("examiner-b")
        self._supervisor = site.browser("supervisor-a")
        self._auditor = site.browser("auditor-a")
        self._force = site.browser("custody-01")
        self._cases = [open_case(site.bench, site.population, site.store, n) for n in range(5)]
        self._search = search_id_of(site.bench, self._cases[0])
        for case_id in self._cases[:2]:
            _post(self._examiner, f"cases/{case_id}/claim")
        _post(self._examiner, f"cases/{self._cases[1]}/analysis", value="yes")
        for case_id in self._cases[2:4]:
            _examine(self._examiner, case_id, identify=True)
        _examine(self._other, self._cases[2], identify=True)
        _examine(self._other, self._cases[3], identify=False)
        self._link = self._links()[0]

    def pages(self) -> Iterator[tuple[str, float, Callable[[], Response]]]:
        """Yield name, the limit in ms, and the request of each page."""
        analysed, compared, closed, differing, _ = self._cases
        comparison = self._examiner.get(f"/workbench/cases/{compared}/comparison").text
        label = re.search(r'name="label" value="(\w+)"', comparison)
        prints = f"cases/{compared}/prints/{label.group(1) if label else ''}"
        for name, client, path in (
            ("queue", self._examiner, "queue"),
            ("queue, one activity", self._examiner, "queue?activity=mark+comparison"),
            ("analysis", self._examiner, f"cases/{analysed}/analysis"),
            ("comparison", self._examiner, f"cases/{compared}/comparison"),
            ("print, cached", self._examiner, f"{prints}/0.png"),
            ("result after the seal", self._examiner, f"cases/{closed}/result"),
            ("overview", self._supervisor, "overview"),
            ("differences", self._supervisor, "differences"),
            ("difference", self._supervisor, f"differences/{differing}"),
            ("links", self._supervisor, "links"),
            ("link", self._supervisor, f"links/{self._link}"),
            ("statistics", self._supervisor, "statistics"),
            ("searches", self._force, "searches"),
            ("search", self._force, f"searches/{self._search}"),
            ("log", self._auditor, "log"),
        ):
            yield name, LIMIT_MS, _getter(client, path)
        yield (
            "comparison with both prints",
            BOTH_PRINTS_LIMIT_MS,
            _all_of(
                self._examiner,
                f"cases/{compared}/comparison",
                *(f"cases/{compared}/prints/probe/0.{kind}" for kind in ("png", "json")),
                *(f"{prints}/0.{kind}" for kind in ("png", "json")),
            ),
        )

    def _links(self) -> list[str]:
        return re.findall(r"/workbench/links/(\w+)", self._supervisor.get("/workbench/links").text)


def _getter(client: TestClient, path: str) -> Callable[[], Response]:
    return lambda: client.get(f"/workbench/{path}")


def _all_of(client: TestClient, *paths: str) -> Callable[[], Response]:
    """Return a request of a page and everything it loads, in sequence."""

    def ask() -> Response:
        *others, last = [client.get(f"/workbench/{path}") for path in paths]
        for answer in others:
            answer.raise_for_status()
        return last

    return ask


def _page(
    name: str, ask: Callable[[], Response], requests: int, *, limit_ms: float
) -> dict[str, Any]:
    first_ms, _ = _timed(ask)
    _timed(ask)
    durations_ms, cpu_ms = np.array([_timed(ask) for _ in range(requests)]).T
    p50, p95 = np.percentile(durations_ms, [50, 95])
    return {
        "page": name,
        "limit_ms": limit_ms,
        "first_ms": round(first_ms, 1),
        "p50_ms": round(float(p50), 1),
        "p95_ms": round(float(p95), 1),
        "cpu_p50_ms": round(float(np.median(cpu_ms)), 1),
    }


def _timed(ask: Callable[[], Response]) -> tuple[float, float]:
    """Return (duration, processor time) in ms: on a busy machine they lie far apart."""
    begun_ns, cpu_begun_ns = time.perf_counter_ns(), time.process_time_ns()
    ask().raise_for_status()
    cpu_ms = (time.process_time_ns() - cpu_begun_ns) / 1e6
    return (time.perf_counter_ns() - begun_ns) / 1e6, cpu_ms


def _post(client: TestClient, path: str, **fields: str) -> Response:
    page = path.removesuffix("/claim")
    token = _token(client.get(f"/workbench/{page}"))
    answer = client.post(f"/workbench/{path}", data={"csrf": token, **fields})
    answer.raise_for_status()
    return answer


def _examine(client: TestClient, case_id: str, *, identify: bool) -> None:
    """Work a case through its pages; the result does not matter here."""
    at = f"cases/{case_id}"
    _post(client, f"{at}/claim")
    _post(client, f"{at}/analysis", value="yes")
    found = ""
    while (page := client.get(f"/workbench/{at}")).url.path.endswith("/comparison"):
        hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text))
        outcome = "identified" if identify else "excluded"
        found = found or hidden["label"]
        seen = _looked_at(client, page.text)
        named = seen if identify else {}
        fields = {"outcome": outcome, "reason": "Measured.", "label": hidden["label"], **named}
        _post(client, f"{at}/comparison", **fields)
    page = client.get(f"/workbench/{at}/decision")
    revision = re.search(r'name="revision" value="(\w+)"', page.text)
    choices = re.findall(r'name="finding" type="radio" value="([^"]+)"', page.text)
    finding = choices[0] if identify else "excluded"
    fields = {"finding": finding, "reason": "Measured."}
    _post(client, f"{at}/decision", revision=revision.group(1) if revision else "", **fields)


def _looked_at(client: TestClient, comparison: str) -> dict[str, str]:
    """Open both prints of a comparison and return the box of their finger."""
    for address in re.findall(r'data-(?:image|minutiae)="([^"]+)"', comparison):
        client.get(address).raise_for_status()
    (position, *_) = re.findall(r'data-position="(\d+)"', comparison)
    return {f"finger-{position}": "yes"}


def _token(page: Response) -> str:
    found = re.search(r'name="csrf" value="(\w+)"', page.text)
    return found.group(1) if found else ""


def _print(result: dict[str, Any]) -> None:
    out = sys.stdout
    out.write(f"{result['persons']:,} people, {result['cases']:,} cases\n")
    out.write(f"{'page':<30}{'first':>10}{'p50':>10}{'p95':>10}{'CPU p50':>10}   ms\n")
    for page in result["pages"]:
        mark = "" if page["p95_ms"] <= page["limit_ms"] else f"   over {page['limit_ms']:.0f} ms"
        out.write(
            f"{page['page']:<30}{page['first_ms']:>10.1f}{page['p50_ms']:>10.1f}"
            f"{page['p95_ms']:>10.1f}{page['cpu_p50_ms']:>10.1f}{mark}\n"
        )
