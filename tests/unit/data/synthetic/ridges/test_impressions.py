from __future__ import annotations

import numpy as np
import pytest

from data.synthetic.ridges.impressions import render_impression
from data.synthetic.ridges.parameters import DPI, FRAME_PX
from domain.prints.minutiae import Minutia
from domain.prints.prints import FINGERS, ImpressionType
from tests.unit.data.synthetic.ridges.builders import a_finger, an_appearance, most_paired

PERSONS = 5


def minutiae_of(
    number: int, kind: ImpressionType, quality: int, capture: int
) -> tuple[Minutia, ...]:
    finger = a_finger(number, FINGERS[number])
    return render_impression(finger, an_appearance(kind, quality, capture)).minutiae


@pytest.mark.parametrize("kind", ImpressionType)
@pytest.mark.parametrize("quality", [0, 50, 100])
def test_every_impression_is_a_grey_picture_with_minutiae_inside(
    kind: ImpressionType, quality: int
) -> None:
    rendered = render_impression(a_finger(), an_appearance(kind, quality))

    assert rendered.image.shape == (FRAME_PX, FRAME_PX)
    assert rendered.image.dtype == np.uint8
    assert not rendered.image.flags.writeable
    assert rendered.dpi == DPI
    assert all(max(minutia.x_px, minutia.y_px) <= FRAME_PX - 1 for minutia in rendered.minutiae)
    assert rendered.image.std() > 8.0


def test_the_same_capture_renders_the_same_picture() -> None:
    one = render_impression(a_finger(), an_appearance(ImpressionType.LATENT))
    again = render_impression(a_finger(), an_appearance(ImpressionType.LATENT))

    assert np.array_equal(one.image, again.image)
    assert one.minutiae == again.minutiae


def test_two_captures_of_a_finger_are_not_the_same_picture() -> None:
    one = render_impression(a_finger(), an_appearance(capture=1))
    other = render_impression(a_finger(), an_appearance(capture=2))

    assert np.abs(one.image.astype(int) - other.image.astype(int)).mean() > 5.0


def test_ridges_are_dark_on_a_light_ground() -> None:
    image = render_impression(a_finger(), an_appearance(ImpressionType.ROLLED, 90)).image

    assert image[:12].mean() > 220
    assert image[200:300, 200:300].mean() < 190


@pytest.mark.parametrize(
    ("kind", "mate_share"), [(ImpressionType.PLAIN, 0.8), (ImpressionType.LATENT, 0.7)]
)
@pytest.mark.dear("draws fingers")
def test_mates_look_like_mates_and_non_mates_do_not(
    kind: ImpressionType, mate_share: float
) -> None:
    exemplars = [minutiae_of(n, ImpressionType.ROLLED, 70, 0) for n in range(PERSONS)]
    probes = [minutiae_of(n, kind, 60, 1) for n in range(PERSONS)]

    mates = [most_paired(probes[n], exemplars[n]) / len(probes[n]) for n in range(PERSONS)]
    others = [
        most_paired(probes[n], exemplars[(n + 1) % PERSONS]) / len(probes[n])
        for n in range(PERSONS)
    ]

    assert min(mates) >= mate_share
    assert all(mate > other + 0.25 for mate, other in zip(mates, others, strict=True))
    assert np.mean(others) < 0.5


@pytest.mark.dear("draws fingers")
def test_poor_captures_show_fewer_minutiae() -> None:
    counts = [
        sum(len(minutiae_of(n, ImpressionType.PLAIN, quality, 1)) for n in range(PERSONS))
        for quality in (90, 50, 10)
    ]

    assert counts == sorted(counts, reverse=True)
    assert counts[2] < 0.8 * counts[0]
