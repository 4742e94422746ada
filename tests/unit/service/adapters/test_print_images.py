"""Pictures of prints: the chain, the placeholder, and the cache."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError

import numpy as np
from PIL import Image

from domain.ids import EncounterId, SearchId
from domain.prints.prints import FingerPosition, Impression, ImpressionType
from service.adapters.print_images import CachedPrints, FirstOf, PlaceholderPrints
from service.ports.print_images import OfEncounter, OfSearch, PrintImage, PrintOrigin
from tests.formats import FORMAT

SEARCH, ENCOUNTER = SearchId("s"), EncounterId("e")


def impression(position: int = 2) -> Impression:
    return Impression(
        FingerPosition(position),
        ImpressionType.PLAIN,
        60,
        np.zeros(192, np.float32),
        FORMAT.template,
    )


class Counting:
    """A source that has pictures of one finger alone, and counts its calls."""

    def __init__(self, position: int) -> None:
        self.position = position
        self.asked = 0

    def of(self, capture: OfSearch | OfEncounter, impression: Impression) -> PrintImage | None:
        self.asked += 1
        if impression.position != self.position:
            return None
        return PrintImage(b"", 1, 1, (), PrintOrigin.SYNTHETIC)


def test_the_first_source_with_a_picture_is_taken() -> None:
    chain = FirstOf([Counting(1), Counting(2), PlaceholderPrints()])

    of_second = chain.of(OfSearch(SEARCH), impression(2))
    of_none = chain.of(OfEncounter(ENCOUNTER), impression(3))

    assert of_second is not None
    assert of_second.origin is PrintOrigin.SYNTHETIC
    assert of_none is not None
    assert of_none.origin is PrintOrigin.NONE


def test_a_chain_without_a_picture_has_none() -> None:
    assert FirstOf([Counting(1)]).of(OfSearch(SEARCH), impression(2)) is None


def test_the_placeholder_is_a_picture_without_minutiae() -> None:
    shown = PlaceholderPrints().of(OfSearch(SEARCH), impression())

    assert shown is not None
    with Image.open(io.BytesIO(shown.png)) as picture:
        assert picture.size == (shown.width_px, shown.height_px)
    assert shown.minutiae == ()


def test_a_picture_is_made_once_and_kept() -> None:
    source = Counting(2)
    cached = CachedPrints(source)

    first = cached.of(OfSearch(SEARCH), impression())
    again = cached.of(OfSearch(SEARCH), impression())
    other = cached.of(OfEncounter(ENCOUNTER), impression())

    assert first is again
    assert other is not first
    assert source.asked == 2


class Slow(Counting):
    """A source that makes a picture only while others ask for it."""

    def __init__(self, others: Barrier) -> None:
        super().__init__(2)
        self._others = others

    def of(self, capture: OfSearch | OfEncounter, impression: Impression) -> PrintImage | None:
        with suppress(BrokenBarrierError):
            self._others.wait(timeout=0.2)
        return super().of(capture, impression)


def test_a_picture_that_several_want_at_once_is_made_once() -> None:
    """A page asks for the picture of a print and for its minutiae at the same time."""
    source = Slow(Barrier(2))
    cached = CachedPrints(source)

    with ThreadPoolExecutor(2) as callers:
        asked = [callers.submit(cached.of, OfSearch(SEARCH), impression()) for _ in range(2)]

    one, other = (each.result() for each in asked)
    assert one is other
    assert source.asked == 1


def test_the_picture_used_longest_ago_is_dropped() -> None:
    source = Counting(2)
    cached = CachedPrints(source, capacity=2)
    for name in ("a", "b", "a", "c", "a", "b"):
        cached.of(OfSearch(SearchId(name)), impression())

    assert source.asked == 4


def test_nothing_is_kept_where_there_was_nothing() -> None:
    source = Counting(1)
    cached = CachedPrints(source)

    assert cached.of(OfSearch(SEARCH), impression()) is None
    assert cached.of(OfSearch(SEARCH), impression()) is None
    assert source.asked == 2
