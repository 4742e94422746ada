"""The impressions shown side by side."""

from __future__ import annotations

import numpy as np

from domain.prints.prints import FingerPosition, Impression, ImpressionType
from service.web.examination.fingers import chosen_pair, finger_pairs, finger_views, led_by
from tests.formats import FORMAT


def impression(position: int, kind: ImpressionType = ImpressionType.PLAIN) -> Impression:
    return Impression(
        FingerPosition(position), kind, 60, np.zeros(192, np.float32), FORMAT.template
    )


def test_the_same_fingers_are_paired_in_their_order() -> None:
    probe = [impression(7), impression(2), impression(1)]
    exemplar = [impression(1), impression(2), impression(3)]

    pairs = finger_pairs(probe, exemplar)

    assert [(p.position, p.probe.index, p.exemplar.index) for p in pairs] == [(1, 2, 0), (2, 1, 1)]
    assert [p.words for p in pairs] == ["right thumb", "right index"]


def test_a_mark_is_paired_with_every_finger() -> None:
    mark = [impression(0, ImpressionType.LATENT)]

    pairs = finger_pairs(mark, [impression(3), impression(1)])
    turned = finger_pairs([impression(3), impression(1)], mark)

    assert [p.key for p in pairs] == ["1", "3"]
    assert [p.key for p in turned] == ["1", "3"]
    assert pairs[0].probe.words == "finger unknown"


def test_two_marks_are_one_pair() -> None:
    mark = [impression(0, ImpressionType.LATENT)]

    pairs = finger_pairs(mark, mark)

    assert [(p.key, p.words) for p in pairs] == [("0", "finger unknown")]


def test_the_pair_asked_for_is_shown_else_the_first() -> None:
    pairs = finger_pairs([impression(1), impression(2)], [impression(1), impression(2)])

    assert chosen_pair(pairs, "2") is pairs[1]
    assert chosen_pair(pairs, "9") is pairs[0]
    assert chosen_pair((), "1") is None


def test_the_finger_found_comes_first_and_the_others_keep_their_order() -> None:
    pairs = finger_pairs([impression(0)], [impression(n) for n in (1, 2, 3, 4)])

    led = led_by(pairs, 3)

    assert [p.position for p in led] == [3, 1, 2, 4]
    assert led_by(pairs, None) == pairs
    assert led_by(pairs, 9) == pairs


def test_views_keep_the_place_in_the_capture() -> None:
    views = finger_views([impression(5), impression(4)])

    assert [(v.position, v.index) for v in views] == [(4, 1), (5, 0)]
