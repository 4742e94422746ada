"""The speed of generating people and templates on one thread: `python -m benchmarks generate`."""

import statistics
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from typing import Annotated

from benchmarks.machine import clocked
from benchmarks.runner import Benchmark, Column, Options, Result, rows_table
from data.synthetic.names.tables import names_digest
from data.synthetic.parameters import GENERATOR_VERSION, Parameters, PopulationParameters
from data.synthetic.population import CHUNK, Population

FLOOR_PEOPLE_PER_S = 5_000
"""Lowest acceptable rate on one core: people with records, and one enrolled ten-finger capture
each."""


@dataclass(frozen=True, kw_only=True)
class GenerateOptions(Options):
    """The options of `python -m benchmarks generate`."""

    persons: Annotated[int, "people in a round"] = 20_000
    rounds: Annotated[int, "rounds, after one of warm-up"] = 3
    seed: Annotated[int, "seed of the population"] = 0


def measured(options: GenerateOptions) -> Result:
    """Return the rate of each way to generate, and the version of the generator."""
    return {
        "persons": options.persons,
        "rounds": options.rounds,
        "threads": 1,
        "floor_people_per_s": FLOOR_PEOPLE_PER_S,
        "generator_version": GENERATOR_VERSION,
        "parameters_digest": Parameters().digest,
        "names_digest": names_digest(),
        "faker": version("faker"),
        "rates": measure(options.persons, options.seed, options.rounds),
    }


def measure(persons: int, seed: int, rounds: int) -> list[Result]:
    """Return the rates of the different ways to make `persons` people from this seed."""
    usual = Population(seed)
    single = Population(
        seed, Parameters(population=PopulationParameters(repeat_booking_shares=(0.0, 0.0)))
    )
    return [
        _timed("one capture each", persons, rounds, work=lambda: _make_blocks(single, persons)),
        _timed("as enrolled", persons, rounds, work=lambda: _make_blocks(usual, persons)),
        _timed("templates only", persons, rounds, work=lambda: _make_templates(usual, persons)),
        _timed("records only", persons, rounds, work=lambda: _make_records(usual, persons)),
    ]


def _timed(name: str, persons: int, rounds: int, *, work: Callable[[], int]) -> Result:
    """Return medians over the rounds. The processor time is that of an idle machine."""
    templates = work()
    times = [clocked(work) for _ in range(rounds)]
    wall_s = statistics.median(one.wall_s for one in times)
    cpu_s = statistics.median(one.cpu_s for one in times)
    return {
        "name": name,
        "people": persons,
        "templates": templates,
        "wall_s": wall_s,
        "cpu_s": cpu_s,
        "people_per_s": persons / wall_s,
        "templates_per_s": templates / wall_s,
        "people_per_cpu_s": persons / cpu_s,
    }


def _make_blocks(population: Population, persons: int) -> int:
    return sum(
        int(block.enrolled.prints.presence.sum()) for block in population.blocks(0, persons)
    )


def _make_templates(population: Population, persons: int) -> int:
    return sum(
        int(population.templates(start, min(start + CHUNK, persons)).prints.presence.sum())
        for start in range(0, persons, CHUNK)
    )


def _make_records(population: Population, persons: int) -> int:
    for start in range(0, persons, CHUNK):
        population.records(start, min(start + CHUNK, persons))
    return 0


_COLUMNS = (
    Column("way", "name"),
    Column("people/s", "people_per_s", ",.0f"),
    Column("templates/s", "templates_per_s", ",.0f"),
    Column("people/CPU s", "people_per_cpu_s", ",.0f"),
)


def _shown(result: Result) -> str:
    head = f"{result['persons']} people, seed {result['seed']}, one thread"
    return f"{head}\n\n{rows_table(_COLUMNS, result['rates'])}"


main = Benchmark(
    name="generate",
    options=GenerateOptions,
    measure=measured,
    show=_shown,
    # By CPU time, so that other load on the machine does not count.
    is_met=lambda result: result["rates"][0]["people_per_cpu_s"] >= FLOOR_PEOPLE_PER_S,
    has_one_thread=True,
).main
