"""Drawn fingers, read from their images: the chain without real prints.

Far easier than real prints, and never a measure of accuracy: they show that the chain works.
"""

from __future__ import annotations

from collections.abc import Iterator

from data.synthetic.ridges.impressions import render_impression
from data.synthetic.ridges.streams import Appearance, FingerIdentity
from domain.prints import FINGERS, ImpressionType
from service.ports.print_reading import GreyImage

DATA = "drawn"
SEED = 3700
"""Apart from the seed of the fingers that vectors are fitted on."""

_LOOKS = (
    (ImpressionType.ROLLED, 70),
    (ImpressionType.PLAIN, 80),
    (ImpressionType.PLAIN, 60),
    (ImpressionType.PLAIN, 40),
)


def drawn_images(count: int) -> Iterator[tuple[tuple[str, int, int], GreyImage, float]]:
    """Yield set, finger and impression, image, and resolution, of `count` fingers of people."""
    for number in range(count):
        person, finger = divmod(number, len(FINGERS))
        identity = FingerIdentity(SEED, person, FINGERS[finger])
        for impression, (kind, quality) in enumerate(_LOOKS, start=1):
            drawn = render_impression(identity, Appearance(kind, quality, impression))
            yield (DATA, number, impression), drawn.image, float(drawn.dpi)
