"""What the demo's examiners know of the true person's captures."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from service.demo.examiners import Truth

PROBE = frozenset({(1, 70), (2, 71)})
ENROLLED = frozenset({(1, 60), (2, 61)})
KNOWN = Truth(np.zeros(192, np.float32), {}, PROBE, (ENROLLED,))


def exemplar(capture: frozenset[tuple[int, int]]) -> list[dict[str, int]]:
    return [{"position": position, "quality": quality} for position, quality in sorted(capture)]


def test_an_enrolled_capture_and_the_probe_once_linked_are_of_the_true_person() -> None:
    assert KNOWN.is_mate(exemplar(ENROLLED))
    assert KNOWN.is_mate(exemplar(PROBE))
    assert not KNOWN.is_mate(exemplar(frozenset({(1, 60), (2, 71)})))


def test_nothing_is_of_a_person_who_was_never_enrolled() -> None:
    assert not replace(KNOWN, captures=()).is_mate(exemplar(PROBE))
