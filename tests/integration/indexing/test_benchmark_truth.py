"""The benchmarks' reference agrees with the plainer oracle."""

import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks.candidates import main as candidates
from benchmarks.report import main as report
from benchmarks.scale import extrapolated
from benchmarks.scale import main as scale
from benchmarks.search.contest import exact_ranks, ranks_in, recall_of, relative
from benchmarks.search.datasets import (
    MARK_KINDS,
    TENPRINT_KINDS,
    Dataset,
    Purpose,
    encounters,
    mark_queries,
    tenprint_queries,
)
from domain.prints.captures import MarkProbe
from indexing.codes.filters import NO_FILTER
from tests.exact_search import exact_mark_hits, exact_tenprint_hits

DATASET = Dataset(persons=300, seed=5)
PERSONS = DATASET.queried(Purpose.REPORTING, 12)


def test_exact_ranks_are_those_of_brute_force() -> None:
    batch = encounters(next(iter(DATASET.chunks())))
    tenprints = tenprint_queries(DATASET, TENPRINT_KINDS[-1], PERSONS)
    any_finger = mark_queries(DATASET, MARK_KINDS[2], PERSONS, column=None)
    known = mark_queries(DATASET, MARK_KINDS[2], PERSONS, column=1)
    ranks = exact_ranks(DATASET, [tenprints], [(any_finger, None), (known, 1)])
    hits = [exact_tenprint_hits(batch, p, k=300, where=NO_FILTER) for p in tenprints.tenprints()]
    assert ranks[0][0].tolist() == ranks_in([h.person_rows for h in hits], PERSONS).tolist()
    for queries, positions, found in ((any_finger, (), ranks[1][0]), (known, (2,), ranks[1][1])):
        probes = [MarkProbe(vector, positions) for vector in queries.vectors]
        marks = [exact_mark_hits(batch, probe, k=300, where=NO_FILTER) for probe in probes]
        expected = ranks_in([h.person_rows for h in marks], queries.persons)
        assert found.tolist() == expected.tolist()


def test_who_is_tuned_on_is_never_reported_on() -> None:
    tuning = DATASET.queried(Purpose.TUNING, 1000)
    reporting = DATASET.queried(Purpose.REPORTING, 1000)
    assert not np.isin(tuning, reporting).any()
    assert len(tuning) + len(reporting) == 300


def test_recall_counts_ranks_and_compares_with_exact() -> None:
    found = recall_of(np.array([0, 0, 5, 50, 500]))
    assert found == {1: 0.4, 10: 0.6, 100: 0.8}
    assert relative(found, recall_of(np.array([0, 0, 0, 5, 50]))) == pytest.approx(2 / 3)


def test_a_line_is_extrapolated_with_its_arithmetic() -> None:
    rows = [{"persons": n, "p50": 0.5 + n * 2e-6} for n in (100_000, 300_000, 1_000_000)]
    line = extrapolated(rows, "p50", "ms")
    assert line["at_10_million"] == pytest.approx(20.5)
    assert line["arithmetic"] == "0.5 + 2 x 10 = 20.5 ms"
    assert line["largest_deviation_share"] < 1e-9
    assert extrapolated(rows[:1], "p50", "ms")["at_10_million"] == pytest.approx(70)


@pytest.mark.slow
def test_the_benchmarks_run_from_end_to_end(tmp_path: Path) -> None:
    common = ["--queries", "20"]
    candidates([*common, "--persons", "5000", "--json", str(tmp_path / "candidates-100k.json")])
    scale([*common, "--persons", "3000,5000", "--json", str(tmp_path / "scale.json")])
    document = tmp_path / "benchmarks.md"
    names = ("candidates-100k", "scale", "absent")
    document.write_text("".join(f"<!-- begin {n} -->\n<!-- end {n} -->\n" for n in names))
    documents = ["--document", str(document), "--evaluation", str(tmp_path / "evaluation.md")]
    assert report([*documents, "--results", str(tmp_path)]) == 1
    text = document.read_text()
    result = json.loads((tmp_path / "candidates-100k.json").read_text())
    assert {"mark", "tenprint"} == {row["search"] for row in result["rows"]}
    assert {"identlink", "flat"} <= {row["design"] for row in result["rows"]}
    assert result["command"] in text
    assert (tmp_path / "images" / "benchmarks" / "scale.svg").exists()
    ours = [row for row in result["rows"] if row["design"] == "identlink"]
    assert min(row["recall_relative_to_exact"] for row in ours) > 0.9
