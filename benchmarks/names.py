"""Names enquiries among many people: `python -m benchmarks names`.

Blocking recall (is the person among the candidates at all), ranking after full scoring, CPU time,
memory. People whose record is under a false identity are counted separately: no enquiry by their
true details can find them.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.evidencing.labelled import labelled_rows, print_labelled, read_records
from benchmarks.evidencing.origins import by_origin, is_unfair, markdown_table
from benchmarks.machine import described_run, write_result
from data.synthetic.bookings import Booking, Claim
from data.synthetic.population import Population
from domain.people import Details, Record
from matching.enquiry.index import NamesIndex
from matching.scorer import Scorer, load_scorer

CHUNK = 10_000
FLOORS = {"blocking_recall": 0.995, "top20": 0.99}
CEILINGS = {"blocking_p95_ms": 15.0, "p95_ms": 20.0, "bytes_per_person": 150.0}


@dataclass(frozen=True, slots=True)
class _Enquiry:
    number: int
    said: Details


@dataclass(slots=True)
class _Results:
    """The results of the enquiries, collected one by one."""

    block_ms: list[float] = field(default_factory=list)
    score_ms: list[float] = field(default_factory=list)
    blocked: list[bool] = field(default_factory=list)
    ranks: list[int] = field(default_factory=list)


def main(arguments: Sequence[str]) -> int:
    """Measure and print; 1 if a floor or ceiling is missed."""
    options = _parser().parse_args(arguments)
    if options.by_origin:
        return _by_origin(options, arguments)
    if options.data:
        return _of_files(options, arguments)
    population, scorer = Population(options.seed), load_scorer()
    index, everybody, built = _built(population, options.persons)
    enquiries, left_out = _enquiries(population, options.enquiries)
    measured = built | _asked(index, everybody, enquiries, scorer, options.limit)
    result = {
        "benchmark": "names",
        **described_run(
            ["python", "-m", "benchmarks", "names", *arguments],
            seed=options.seed,
            dataset_digest="",
        ),
        "persons": options.persons,
        "limit": options.limit,
        "enquiries": len(enquiries),
        "records_under_a_false_identity": left_out,
        **measured,
    }
    for name, value in measured.items():
        print(f"{name:<28}{value:>14}")
    write_result(options.json, result)
    low = any(measured[name] < floor for name, floor in FLOORS.items())
    return int(low or any(measured[name] > most for name, most in CEILINGS.items()))


def _by_origin(options: argparse.Namespace, arguments: Sequence[str]) -> int:
    """Measure and print each origin of names; 1 if one is under a floor or over a ceiling."""
    scorer = load_scorer(options.model)
    rows = by_origin(options.persons, options.enquiries, options.seed, scorer)
    print(markdown_table(rows))
    run = described_run(
        ["python", "-m", "benchmarks", "names", *arguments], seed=options.seed, dataset_digest=""
    )
    result = {"benchmark": "names by origin", **run, "model": scorer.digest, "origins": rows}
    write_result(options.json, result)
    return int(any(map(is_unfair, rows)))


def _of_files(options: argparse.Namespace, arguments: Sequence[str]) -> int:
    """Measure and print the people of files; they have no floors, for every file is another."""
    scorer = load_scorer(options.model)
    rows = labelled_rows(read_records(options.data), scorer)
    print_labelled(rows)
    run = described_run(
        ["python", "-m", "benchmarks", "names", *arguments], seed=options.seed, dataset_digest=""
    )
    write_result(
        options.json, {"benchmark": "names of files", **run, "model": scorer.digest, "rows": rows}
    )
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks names", description=__doc__)
    parser.add_argument("--persons", type=int, default=1_000_000, help="people in the index")
    parser.add_argument("--enquiries", type=int, default=2_000, help="number of enquiries")
    parser.add_argument("--limit", type=int, default=100, help="candidates compared in full (100)")
    parser.add_argument("--seed", type=int, default=11, help="seed of the people")
    parser.add_argument("--by-origin", action="store_true", help="a table by origin of the name")
    parser.add_argument(
        "--data", type=Path, nargs="+", help="files of records labelled by person, CSV or Parquet"
    )
    parser.add_argument("--model", type=Path, help="directory of a model for --by-origin, --data")
    parser.add_argument("--json", type=Path, help="file for the result")
    return parser


def _built(
    population: Population, persons: int
) -> tuple[NamesIndex, list[Details | None], dict[str, Any]]:
    """Return the index, the details of all people by number, and the cost of the index."""
    index, spent, everybody = NamesIndex(), 0.0, list[Details | None]()
    for start in range(0, persons, CHUNK):
        records = population.records(start, min(start + CHUNK, persons))
        held = [(start + n, one.details) for n, one in enumerate(records) if one is not None]
        rows = np.array([row for row, _ in held], dtype=np.int64)
        details = [one for _, one in held]
        everybody += [None if one is None else one.details for one in records]
        began = time.process_time()
        index.add(rows, details, is_more=True)
        spent += time.process_time() - began
    began = time.process_time()
    index.compact()
    spent += time.process_time() - began
    costs = {
        "people_indexed": len(index),
        "build_cpu_s": round(spent, 1),
        "bytes_per_person": round(index.bytes_held / persons, 1),
        **_changes_ms(index, everybody),
    }
    return index, everybody, costs


def _changes_ms(index: NamesIndex, everybody: Sequence[Details | None]) -> dict[str, float]:
    """Return the CPU time of keeping up with one more person, and with one who is amended."""
    row, details = next((n, one) for n, one in enumerate(everybody) if one is not None)
    added = _change_ms(index, len(everybody), details)
    index.remove(np.array([len(everybody)], dtype=np.int64))
    return {"one_addition_ms": added, "one_amendment_ms": _change_ms(index, row, details)}


def _change_ms(index: NamesIndex, row: int, details: Details) -> float:
    """Return the CPU time of a change of a person, whom services remove and add in any case."""
    rows = np.array([row], dtype=np.int64)
    began = time.process_time_ns()
    index.remove(rows)
    index.add(rows, [details])
    return round((time.process_time_ns() - began) / 1e6, 2)


def _enquiries(population: Population, count: int) -> tuple[list[_Enquiry], int]:
    """Return later honest bookings of people with a record in their own name, and the others."""
    false = {
        booking.number
        for block in population.blocks(0, count)
        for booking in block.bookings
        if booking.claim is not Claim.HONEST
    }
    records: list[Record | None] = population.records(0, count)
    bookings: list[Booking] = population.later_bookings(0, count)
    asked = [
        _Enquiry(number, booking.said)
        for number, (record, booking) in enumerate(zip(records, bookings, strict=True))
        if record is not None and number not in false and not booking.said.is_empty
    ]
    return asked, len(false)


def _asked(
    index: NamesIndex,
    everybody: Sequence[Details | None],
    enquiries: Sequence[_Enquiry],
    scorer: Scorer,
    limit: int,
) -> dict[str, Any]:
    results = _Results()
    for enquiry in enquiries:
        began = time.process_time_ns()
        rows = index.candidates(enquiry.said, limit)
        results.block_ms.append((time.process_time_ns() - began) / 1e6)
        results.blocked.append(enquiry.number in rows)
        held = [everybody[row] for row in rows.tolist()]
        began = time.process_time_ns()
        scored = scorer.score_details(enquiry.said, held, gallery_size=len(index))
        order = rows[scored.ranking()]
        scored.select(scored.ranking()[:20])
        results.score_ms.append((time.process_time_ns() - began) / 1e6)
        place = np.flatnonzero(order == enquiry.number)
        results.ranks.append(int(place[0]) + 1 if len(place) else limit + 1)
    return _summary(results)


def _summary(results: _Results) -> dict[str, Any]:
    block, score = np.array(results.block_ms), np.array(results.score_ms)
    ranks = np.array(results.ranks)
    whole = block + score
    return {
        "blocking_recall": round(float(np.mean(results.blocked)), 5),
        "rank1": round(float((ranks <= 1).mean()), 5),
        "top5": round(float((ranks <= 5).mean()), 5),
        "top20": round(float((ranks <= 20).mean()), 5),
        "blocking_p50_ms": round(float(np.quantile(block, 0.5)), 2),
        "blocking_p95_ms": round(float(np.quantile(block, 0.95)), 2),
        "scoring_p50_ms": round(float(np.quantile(score, 0.5)), 2),
        "p50_ms": round(float(np.quantile(whole, 0.5)), 2),
        "p95_ms": round(float(np.quantile(whole, 0.95)), 2),
        "p99_ms": round(float(np.quantile(whole, 0.99)), 2),
    }
