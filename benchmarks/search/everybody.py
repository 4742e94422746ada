"""A probe compared with everybody: do the parts answer like one index, and how many captures does
a core compare per second?
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np

from benchmarks.machine import clocked
from benchmarks.runner import Column, rows_table
from domain.prints.probes import PrintProbe
from indexing.gallery_index import GalleryIndex
from indexing.manifests import Kind
from indexing.searching.exhaustive import ComparedAt
from indexing.searching.left_out import LeftOut
from indexing.searching.questions import about_everybody
from indexing.searching.searched import together

_COUNT = 224
"""Number of captures requested at first when the look-up of a tenprint search is repeated."""
_TIMES = 5
_EVERYBODY = LeftOut(2**62, np.zeros(0, dtype=np.int64))


def compared_with_everybody(
    whole: GalleryIndex, parts: list[GalleryIndex], probes: Mapping[str, PrintProbe]
) -> list[dict[str, Any]]:
    """Return, for each probe, whether parts and index give the same answer, and the speed of
    each.
    """
    joint = together([part.snapshot for part in parts])
    rotation = joint.like.rotation
    rows = []
    for kind, probe in probes.items():
        question = about_everybody(probe, Kind.TENPRINTS, rotation, _EVERYBODY)
        in_one = partial(
            whole.compare_all, probe, Kind.TENPRINTS, left_out=_EVERYBODY, count=_COUNT
        )
        one, expected = _clocked(in_one)
        several, found = _clocked(partial(joint.compare_all, question, _COUNT))
        rows.append(
            {
                "kind": kind,
                "is_equal": _is_equal(found, expected),
                "one_captures_a_cpu_s": round(expected.tally.count / one),
                "parts_captures_a_cpu_s": round(found.tally.count / several),
            }
        )
    return rows


def _clocked(compare: Callable[[], ComparedAt]) -> tuple[float, ComparedAt]:
    """Return the median processor time in seconds, and the answer."""
    compare()
    taken = [clocked(compare) for _ in range(_TIMES)]
    return float(np.median([one.cpu_s for one in taken])), taken[-1].value


def _is_equal(found: ComparedAt, expected: ComparedAt) -> bool:
    mine, other = found.nearest, expected.nearest
    return (
        np.array_equal(mine.encounter_rows, other.encounter_rows)
        and mine.similarities.tobytes() == other.similarities.tobytes()
        and found.tally == expected.tally
    )


_COMPARED = (
    Column("compared with everybody", "kind"),
    Column("answers", "answers"),
    Column("one index, captures a core second", "one_captures_a_cpu_s", ","),
    Column("parts", "parts_captures_a_cpu_s", ","),
)


def everybody_table(rows: list[dict[str, Any]]) -> str:
    """Return, as a table, whether the parts answer like one index, and the speed of both."""
    answers = {True: "equal", False: "DIFFERENT"}
    return rows_table(_COMPARED, [row | {"answers": answers[row["is_equal"]]} for row in rows])
