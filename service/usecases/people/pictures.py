"""The pictures and minutiae that come with the impressions of a capture."""

from __future__ import annotations

from collections.abc import Sequence

from domain.errors import InvalidMinutiaeError
from domain.ids import EncounterId, SearchId
from prints.minutiae.iso19794_2 import MinutiaeView
from service.ports.print_images import CapturedImage
from service.storage.unit_of_work import UnitOfWork


def check_pictures(images: Sequence[CapturedImage], minutiae: Sequence[MinutiaeView]) -> None:
    """Raise InvalidMinutiaeError for minutiae of another size than the picture of their finger."""
    sizes = {image.position: (image.width_px, image.height_px) for image in images}
    for view in minutiae:
        size = (view.width_px, view.height_px)
        if sizes.get(view.position, size) != size:
            raise InvalidMinutiaeError(
                "The size in the record is not that of its image: correct it."
            )


def keep_pictures(
    unit: UnitOfWork,
    owner: SearchId | EncounterId,
    images: Sequence[CapturedImage],
    minutiae: Sequence[MinutiaeView],
) -> None:
    """Store the pictures and minutiae of the impressions of a search or an encounter."""
    unit.images.add(owner, [(int(image.position), image.png) for image in images])
    unit.minutiae.add(owner, minutiae)
