"""The calls of `benchmarks served`, by kind: their bodies, and a connection that makes them."""

from __future__ import annotations

import http.client
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np

from benchmarks.runner import Options
from benchmarks.serving import databases
from benchmarks.serving.clients import Connection, encoded
from data.synthetic.encoding import details_to_json
from data.synthetic.population import Population
from data.synthetic.probes import ProbePlan, make_mark, make_probe
from domain.searches import SearchType
from service.demo.wire import search_body

NAMES, ENROL = "names", "enrol"
_PATHS = {
    SearchType.TP_TP.value: "/v1/searches",
    SearchType.LT_TP.value: "/v1/searches",
    NAMES: "/v1/names-enquiries",
    ENROL: "/v1/encounters",
}
_NAMES_S = 900.0


class CallClient(Connection):
    """One connection of a force that makes calls of every kind; for one thread."""

    def post(self, kind: str, body: bytes) -> None:
        """Make a call; raises SystemExit for a refusal."""
        status, content = self._answer(kind, body)
        if status != http.client.CREATED:
            raise SystemExit(f"{_PATHS[kind]}: {status}\n{content.decode()}")

    def await_names(self, body: bytes) -> None:
        """Wait until the server has read the names; raises SystemExit when it takes too long."""
        end = time.monotonic() + _NAMES_S
        while self._answer(NAMES, body)[0] == http.client.SERVICE_UNAVAILABLE:
            if time.monotonic() > end:
                raise SystemExit("The server does not finish reading the names.")
            time.sleep(1.0)

    def _answer(self, kind: str, body: bytes) -> tuple[int, bytes]:
        self._connection.request("POST", _PATHS[kind], body, self._headers)
        answer = self._connection.getresponse()
        return answer.status, answer.read()


@dataclass(frozen=True, slots=True)
class Calls:
    """Bodies of each kind, each of another probe."""

    bodies: Mapping[str, Sequence[bytes]]
    earlier: Sequence[bytes]
    """Searches of other probes, made before the first round."""
    a_round: int

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of calls, the most usual first."""
        return tuple(self.bodies)

    def round(self, kind: str, number: int) -> Sequence[bytes]:
        """Return the bodies of a round; -1 is the last one, which is kept for meters."""
        start = number * self.a_round if number >= 0 else len(self.bodies[kind]) - self.a_round
        return self.bodies[kind][start : start + self.a_round]

    def warm(self, client: CallClient, searches: int) -> None:
        """Wait for the names, make earlier searches, and a call of each kind."""
        client.await_names(self.round(NAMES, -1)[0])
        for body in self.earlier[:searches]:
            client.post(SearchType.TP_TP.value, body)
        for kind in self.kinds:
            client.post(kind, self.round(kind, -1)[0])

    def step(self, turn: int, client: CallClient, number: int) -> bool:
        """Search in tenprints; the guard of probes refuses one that comes again too often.

        Hence all probes in turn, those of earlier searches as well.
        """
        kind = SearchType.TP_TP.value
        kept = [*self.bodies[kind], *self.earlier]
        client.post(kind, kept[(number + turn * len(kept) // 2) % len(kept)])
        return True


@dataclass(frozen=True, kw_only=True)
class ServedOptions(Options):
    """The options of `python -m benchmarks served`."""

    persons: Annotated[int, "people enrolled"] = 20_000
    against: Annotated[str, "revision of git to compare with"] = ""
    calls: Annotated[int, "calls of each kind a round"] = 40
    rounds: Annotated[int, "rounds of each code"] = 6
    seconds: Annotated[float, "with 8 clients; 0: without"] = 8.0
    databases: Annotated[str, "comma-separated"] = ",".join(databases.NAMES)
    seed: Annotated[int, "seed of the people"] = 51
    stores: Annotated[Path | None, "where filled stores are kept for later runs"] = None


def calls_of(options: ServedOptions) -> Calls:
    """Return the calls of a run: of three probes one is of an enrolled person."""
    population, plan = Population(options.seed), ProbePlan()
    count = (options.rounds + 1) * options.calls
    rng = np.random.default_rng(options.seed)
    people = rng.choice(options.persons, count, replace=count > options.persons).tolist()
    numbers = [
        person if at % 3 == 0 else options.persons + person for at, person in enumerate(people)
    ]
    tenprints = [make_probe(population, number, plan).probe for number in numbers]
    marks = [make_mark(population, number, plan).probe for number in numbers]
    earlier = [make_probe(population, 2 * options.persons + at, plan).probe for at in range(520)]
    return Calls(
        {
            SearchType.TP_TP.value: encoded(
                [search_body(SearchType.TP_TP, one) for one in tenprints]
            ),
            SearchType.LT_TP.value: encoded([search_body(SearchType.LT_TP, one) for one in marks]),
            NAMES: encoded([{"details": details_to_json(one.details)} for one in tenprints]),
            ENROL: encoded(
                [
                    {
                        "captured_at": "2026-01-02T03:04:05Z",
                        "impressions": search_body(SearchType.TP_TP, one)["impressions"],
                        "record": details_to_json(one.details),
                    }
                    for one in earlier[: options.calls] * (options.rounds + 1)
                ]
            ),
        },
        encoded([search_body(SearchType.TP_TP, one) for one in earlier]),
        options.calls,
    )
