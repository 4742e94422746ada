"""Pictures of prints: captured ones, a placeholder, a chain of sources, a cache."""

import io
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Generic, TypeVar
from weakref import WeakValueDictionary

from PIL import Image, ImageDraw

from domain.prints.minutiae import Minutia
from domain.prints.prints import FingerPosition, Impression, ImpressionType
from prints.minutiae.iso19794_2 import MinutiaeView
from service.ports.print_images import (
    OfCaptures,
    OfEncounter,
    OfSearch,
    PrintImage,
    PrintImages,
    PrintOrigin,
    picture_facts,
)
from service.storage.database import UnitsOfWork


class CapturedMinutiae:
    """Minutiae that came with a capture. Thread-safe."""

    def __init__(self, units: UnitsOfWork) -> None:
        self._units = units

    def of(self, capture: OfSearch | OfEncounter, impression: Impression) -> MinutiaeView | None:
        """Return the minutiae that came with a capture."""
        with self._units.read() as unit:
            return unit.minutiae.of(capture.owner, int(impression.position))


class WithMinutiae:
    """Pictures with the minutiae that came with the capture, if any, in place of their own.

    Thread-safe if both sources are.
    """

    def __init__(self, pictures: PrintImages, minutiae: OfCaptures[MinutiaeView]) -> None:
        self._pictures = pictures
        self._minutiae = minutiae

    def of(self, capture: OfSearch | OfEncounter, impression: Impression) -> PrintImage | None:
        """Return the picture of an impression."""
        image = self._pictures.of(capture, impression)
        view = self._minutiae.of(capture, impression)
        if image is None or view is None:
            return image
        return replace(image, minutiae=laid_on(image, view))


def laid_on(image: PrintImage, view: MinutiaeView) -> tuple[Minutia, ...]:
    """Return the minutiae in pixels of this picture; unchanged if it has the size that they state.

    On a placeholder, which has its own size, their frame is scaled to fit, so that no angle
    changes.
    """
    scale = min(image.width_px / view.width_px, image.height_px / view.height_px)
    return tuple(
        replace(minutia, x_px=minutia.x_px * scale, y_px=minutia.y_px * scale)
        for minutia in view.minutiae
    )


_Found = TypeVar("_Found")

_PLACEHOLDER_PX = 512


class CapturedPrints:
    """Images that came with a capture. Thread-safe."""

    def __init__(self, units: UnitsOfWork) -> None:
        self._units = units

    def of(self, capture: OfSearch | OfEncounter, impression: Impression) -> PrintImage | None:
        """Return the image that came with a capture."""
        with self._units.read() as unit:
            return _captured(unit.images.of(capture.owner, int(impression.position)))


class PlaceholderPrints:
    """A picture that says there is no image. Thread-safe."""

    def of(self, capture: OfSearch | OfEncounter, impression: Impression) -> PrintImage | None:
        """Return the placeholder."""
        del capture
        return _placeholder(impression.position, impression.impression_type)


class FirstOf:
    """Returns the first picture that a source has. Thread-safe if the sources are."""

    def __init__(self, sources: Sequence[PrintImages]) -> None:
        self._sources = tuple(sources)

    def of(self, capture: OfSearch | OfEncounter, impression: Impression) -> PrintImage | None:
        """Return the first picture that a source has."""
        found = (source.of(capture, impression) for source in self._sources)
        return next((image for image in found if image is not None), None)


class OwnOrSource(Generic[_Found]):
    """Returns the picture of a capture, or of the capture that it copies.

    A link enrols the probe of its search, an unsolved mark is filed from its search, a control
    item searches with an enrolled capture: each time one capture has two ids. Thread-safe if the
    source is.
    """

    def __init__(self, units: UnitsOfWork, source: OfCaptures[_Found]) -> None:
        self._units = units
        self._source = source

    def of(self, capture: OfSearch | OfEncounter, impression: Impression) -> _Found | None:
        """Return the picture of a capture, or of the capture that it was taken from."""
        own = self._source.of(capture, impression)
        if own is not None:
            return own
        original = self._original(capture)
        # A copy is always newer than its original, so this ends.
        return None if original is None else self.of(original, impression)

    def _original(self, copy: OfSearch | OfEncounter) -> OfSearch | OfEncounter | None:
        with self._units.read() as unit:
            if isinstance(copy, OfSearch):
                encounter_id = unit.images.searched_with(copy.owner)
                return None if encounter_id is None else OfEncounter(encounter_id)
            search_id = unit.images.source_of(copy.owner)
            return None if search_id is None else OfSearch(search_id)


_Key = tuple[OfSearch | OfEncounter, int]


class CachedPrints:
    """Keeps recently used pictures in memory. Nothing biometric is written to a disk."""

    def __init__(self, source: PrintImages, *, capacity: int = 256) -> None:
        """Prepare a cache of `capacity` pictures. One picture has about 200 kB."""
        self._source = source
        self._capacity = capacity
        self._kept: OrderedDict[_Key, PrintImage] = OrderedDict()
        self._lock = threading.Lock()
        self._turns: WeakValueDictionary[_Key, threading.Lock] = WeakValueDictionary()
        """Of pictures that are being made, so that none is made twice at the same time."""

    def of(self, capture: OfSearch | OfEncounter, impression: Impression) -> PrintImage | None:
        """Return a picture, from memory if it was requested recently."""
        key = capture, int(impression.position)
        with self._lock:
            turn = self._turns.setdefault(key, threading.Lock())
        # Made outside the lock: a slow picture does not delay others.
        with turn:
            kept = self._found(key)
            if kept is not None:
                return kept
            made = self._source.of(capture, impression)
            if made is not None:
                self._keep(key, made)
            return made

    def _found(self, key: _Key) -> PrintImage | None:
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None:
                self._kept.move_to_end(key)
            return kept

    def _keep(self, key: _Key, image: PrintImage) -> None:
        with self._lock:
            self._kept[key] = image
            while len(self._kept) > self._capacity:
                self._kept.popitem(last=False)


def _captured(png: bytes | None) -> PrintImage | None:
    if png is None:
        return None
    facts = picture_facts(png)
    return PrintImage(
        png, facts.width_px, facts.height_px, (), PrintOrigin.CAPTURED, dpi=facts.ppi
    )


@cache
def _placeholder(position: FingerPosition, impression_type: ImpressionType) -> PrintImage:
    picture = Image.new("L", (_PLACEHOLDER_PX, _PLACEHOLDER_PX), 238)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((8, 8, _PLACEHOLDER_PX - 9, _PLACEHOLDER_PX - 9), outline=120, width=2)
    lines = ("no image", position.words, impression_type.value)
    for number, line in enumerate(lines):
        place = (_PLACEHOLDER_PX // 2, 200 + 56 * number)
        draw.text(place, line, fill=60, anchor="mm", font_size=36 if number == 0 else 26)
    return PrintImage(_png(picture), _PLACEHOLDER_PX, _PLACEHOLDER_PX, (), PrintOrigin.NONE)


def _png(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, format="PNG")
    return buffer.getvalue()
