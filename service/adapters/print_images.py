"""Pictures of prints: captured ones, a placeholder, a chain of sources, a cache."""

import io
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from typing import Generic, TypeVar
from weakref import WeakValueDictionary

from PIL import Image, ImageDraw

from domain.ids import EncounterId, SearchId
from domain.prints.minutiae import Minutia
from domain.prints.prints import FingerPosition, Impression, ImpressionType
from prints.minutiae.iso19794_2 import MinutiaeView
from service.ports.print_images import (
    OfCaptures,
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

    def of_search(self, search_id: SearchId, impression: Impression) -> MinutiaeView | None:
        """Return the minutiae that came with a search."""
        with self._units.read() as unit:
            return unit.minutiae.of_search(search_id, int(impression.position))

    def of_encounter(
        self, encounter_id: EncounterId, impression: Impression
    ) -> MinutiaeView | None:
        """Return the minutiae that came with an enrolled capture."""
        with self._units.read() as unit:
            return unit.minutiae.of_encounter(encounter_id, int(impression.position))


class WithMinutiae:
    """Pictures with the minutiae that came with the capture, if any, in place of their own.

    Thread-safe if both sources are.
    """

    def __init__(self, pictures: PrintImages, minutiae: OfCaptures[MinutiaeView]) -> None:
        self._pictures = pictures
        self._minutiae = minutiae

    def of_search(self, search_id: SearchId, impression: Impression) -> PrintImage | None:
        """Return the picture of an impression used in a search."""
        image = self._pictures.of_search(search_id, impression)
        return _with(image, self._minutiae.of_search(search_id, impression))

    def of_encounter(self, encounter_id: EncounterId, impression: Impression) -> PrintImage | None:
        """Return the picture of an impression of an enrolled encounter."""
        image = self._pictures.of_encounter(encounter_id, impression)
        return _with(image, self._minutiae.of_encounter(encounter_id, impression))


def _with(image: PrintImage | None, view: MinutiaeView | None) -> PrintImage | None:
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

    def of_search(self, search_id: SearchId, impression: Impression) -> PrintImage | None:
        """Return the image that came with a search."""
        with self._units.read() as unit:
            return _captured(unit.images.of(search_id, int(impression.position)))

    def of_encounter(self, encounter_id: EncounterId, impression: Impression) -> PrintImage | None:
        """Return the image that came with an enrolled capture."""
        with self._units.read() as unit:
            return _captured(unit.images.of(encounter_id, int(impression.position)))


class PlaceholderPrints:
    """A picture that says there is no image. Thread-safe."""

    def of_search(self, search_id: SearchId, impression: Impression) -> PrintImage | None:
        """Return the placeholder."""
        del search_id
        return _placeholder(impression.position, impression.impression_type)

    def of_encounter(self, encounter_id: EncounterId, impression: Impression) -> PrintImage | None:
        """Return the placeholder."""
        del encounter_id
        return _placeholder(impression.position, impression.impression_type)


class FirstOf:
    """Returns the first picture that a source has. Thread-safe if the sources are."""

    def __init__(self, sources: Sequence[PrintImages]) -> None:
        self._sources = tuple(sources)

    def of_search(self, search_id: SearchId, impression: Impression) -> PrintImage | None:
        """Return the first picture that a source has."""
        found = (source.of_search(search_id, impression) for source in self._sources)
        return next((image for image in found if image is not None), None)

    def of_encounter(self, encounter_id: EncounterId, impression: Impression) -> PrintImage | None:
        """Return the first picture that a source has."""
        found = (source.of_encounter(encounter_id, impression) for source in self._sources)
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

    def of_search(self, search_id: SearchId, impression: Impression) -> _Found | None:
        """Return the picture of a probe, or of the enrolled capture it was taken from."""
        own = self._source.of_search(search_id, impression)
        if own is not None:
            return own
        with self._units.read() as unit:
            encounter_id = unit.images.searched_with(search_id)
        return None if encounter_id is None else self.of_encounter(encounter_id, impression)

    def of_encounter(self, encounter_id: EncounterId, impression: Impression) -> _Found | None:
        """Return the picture of an enrolled capture, or of the search it was enrolled from."""
        own = self._source.of_encounter(encounter_id, impression)
        if own is not None:
            return own
        with self._units.read() as unit:
            search_id = unit.images.source_of(encounter_id)
        # A copy is always newer than its original, so this ends.
        return None if search_id is None else self.of_search(search_id, impression)


class CachedPrints:
    """Keeps recently used pictures in memory. Nothing biometric is written to a disk."""

    def __init__(self, source: PrintImages, *, capacity: int = 256) -> None:
        """Prepare a cache of `capacity` pictures. One picture has about 200 kB."""
        self._source = source
        self._capacity = capacity
        self._kept: OrderedDict[tuple[str, str, int], PrintImage] = OrderedDict()
        self._lock = threading.Lock()
        self._turns: WeakValueDictionary[tuple[str, str, int], threading.Lock] = (
            WeakValueDictionary()
        )
        """Of pictures that are being made, so that none is made twice at the same time."""

    def of_search(self, search_id: SearchId, impression: Impression) -> PrintImage | None:
        """Return a picture, from memory if it was requested recently."""
        key = ("search", search_id, int(impression.position))
        return self._get(key, lambda: self._source.of_search(search_id, impression))

    def of_encounter(self, encounter_id: EncounterId, impression: Impression) -> PrintImage | None:
        """Return a picture, from memory if it was requested recently."""
        key = ("encounter", encounter_id, int(impression.position))
        return self._get(key, lambda: self._source.of_encounter(encounter_id, impression))

    def _get(
        self, key: tuple[str, str, int], make: Callable[[], PrintImage | None]
    ) -> PrintImage | None:
        with self._lock:
            turn = self._turns.setdefault(key, threading.Lock())
        # Made outside the lock: a slow picture does not delay others.
        with turn:
            kept = self._found(key)
            if kept is not None:
                return kept
            made = make()
            if made is not None:
                self._keep(key, made)
            return made

    def _found(self, key: tuple[str, str, int]) -> PrintImage | None:
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None:
                self._kept.move_to_end(key)
            return kept

    def _keep(self, key: tuple[str, str, int], image: PrintImage) -> None:
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
