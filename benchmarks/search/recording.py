"""The rows of a contest: queries, results and costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.search.datasets import MarkQueries, Queries
from benchmarks.search.timing import Times
from benchmarks.search.truth import Recall, ranks_in, recall_of, relative

TEN, KNOWN, UNKNOWN = "ten", "known", "unknown"


@dataclass(frozen=True, slots=True)
class Design:
    """A design as its rows name it."""

    name: str
    bytes_per_person: float
    build_s: float
    setting: str = ""
    is_chosen: bool = False


class Recorder:
    """Collects the rows of a gallery of so many persons."""

    def __init__(self, persons: int) -> None:
        self._persons = persons
        self.rows: list[dict[str, Any]] = []

    def add(
        self,
        design: Design,
        finger: str,
        queries: Queries | MarkQueries,
        truth: Recall,
        *,
        times: Times,
        answers: Sequence[npt.NDArray[np.int64]],
    ) -> None:
        """Add a row for searches and the persons they answered with.

        `finger`: `ten`, or that of a mark, `known` or `unknown`.
        """
        found = recall_of(ranks_in(answers, queries.persons))
        head = {
            "search": "tenprint" if finger == TEN else "mark",
            "finger": finger,
            "vectors": self._persons * (10 if finger == UNKNOWN else 1),
            "impression": queries.kind.name,
            "profile": queries.kind.profile.value,
            "queries": len(queries.persons),
        }
        self.rows.append(_row(design, head, found, truth, times=times))


def _row(
    design: Design, head: dict[str, Any], found: Recall, truth: Recall, *, times: Times
) -> dict[str, Any]:
    exact = dict(zip(("exact_at_1", "exact_at_10", "exact_at_100"), truth.values(), strict=True))
    return {
        **head,
        "design": design.name,
        "setting": design.setting,
        "is_chosen": design.is_chosen,
        "recall_at_1": found.at_1,
        "recall_at_10": found.at_10,
        "recall_at_100": found.at_100,
        "recall_relative_to_exact": relative(found, truth),
        **exact,
        **asdict(times),
        "bytes_per_person": design.bytes_per_person,
        "build_s": design.build_s,
    }
