"""A capture as it travels in JSON, read into impressions with pictures and minutiae."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import cast

from domain.errors import InvalidInputError, InvalidQualityError
from domain.prints import Impression, ImpressionType
from prints.minutiae.iso19794_2 import MinutiaeView
from service.api.base import at
from service.api.people.captures_schemas import (
    CapturedImpressionBody,
    ImpressionBody,
    read_impressions,
)
from service.api.people.travelling import decode_image, decode_minutiae
from service.ports.print_images import CapturedImage
from service.ports.print_reading import ReadPrint
from service.usecases.people.print_files import (
    PrintNote,
    SentFile,
    capture_of_files,
    remarks_on_picture,
)
from service.usecases.print_desk import PrintDesk, captured_image


@dataclass(frozen=True, slots=True, eq=False)
class ReadCapture:
    """The impressions of a capture, and the pictures and minutiae that are kept with them."""

    impressions: tuple[Impression, ...]
    images: tuple[CapturedImage, ...] = ()
    minutiae: tuple[MinutiaeView, ...] = ()
    notes: tuple[PrintNote, ...] = ()


def read_files(files: Sequence[SentFile], desk: PrintDesk, usual: ImpressionType) -> ReadCapture:
    """Return the capture of files; those that say nothing of their type are of `usual`.

    Raises as `capture_of_files` does.
    """
    found = capture_of_files(desk, files, usual)
    return ReadCapture(found.impressions, found.images, found.minutiae, found.notes)


def read_capture(bodies: Sequence[CapturedImpressionBody], desk: PrintDesk) -> ReadCapture:
    """Return the capture; templates that are missing are made.

    Raises InvalidInputError, InvalidMinutiaeError, UnreadablePrintError, with a pointer.
    """
    if all(
        body.template and body.quality is not None and not (body.image or body.minutiae)
        for body in bodies
    ):
        whole = cast("Sequence[ImpressionBody]", bodies)
        return ReadCapture(read_impressions(whole, desk.fmt))
    views = [_view(number, body) for number, body in enumerate(bodies)]
    pictures = [_picture(number, body, desk) for number, body in enumerate(bodies)]
    given = iter(_given(bodies, desk))
    impressions: list[Impression] = []
    for number, body in enumerate(bodies):
        if body.template is not None:
            impressions.append(next(given))
            continue
        with at(f"/impressions/{number}"):
            impression, views[number] = _made(body, views[number], pictures[number], desk)
        impressions.append(impression)
    return ReadCapture(
        tuple(impressions),
        tuple(
            captured_image(picture, minutiae_by=_read_by(body, desk))
            for body, picture in zip(bodies, pictures, strict=True)
            if picture is not None
        ),
        tuple(view for view in views if view is not None),
        tuple(_notes(picture for picture in pictures if picture is not None)),
    )


def _notes(pictures: Iterable[ReadPrint]) -> Iterator[PrintNote]:
    for one in pictures:
        for words in remarks_on_picture(one):
            yield PrintNote(one.position, "", words)


def _read_by(body: CapturedImpressionBody, desk: PrintDesk) -> str:
    """Return the reader of a picture's minutiae; empty where they, or the template, were sent."""
    return "" if body.minutiae or body.template else desk.read_by(body.impression)


def _view(number: int, body: CapturedImpressionBody) -> MinutiaeView | None:
    if body.minutiae is None:
        return None
    with at(f"/impressions/{number}/minutiae"):
        return decode_minutiae(body.minutiae, body.position, body.impression)


def _picture(number: int, body: CapturedImpressionBody, desk: PrintDesk) -> ReadPrint | None:
    if body.image is None:
        return None
    with at(f"/impressions/{number}/image"):
        found = decode_image(body.image, body.ppi, desk)
    return replace(found, position=body.position, impression_type=body.impression)


def _given(bodies: Sequence[CapturedImpressionBody], desk: PrintDesk) -> tuple[Impression, ...]:
    """Return the impressions that came with their templates, in order."""
    complete: list[ImpressionBody] = []
    for number, body in enumerate(bodies):
        if body.template is None:
            continue
        if body.quality is None:
            raise InvalidQualityError(
                "State the quality with the template.", pointer=f"/impressions/{number}/quality"
            )
        complete.append(
            ImpressionBody.model_construct(
                position=body.position,
                impression=body.impression,
                quality=body.quality,
                template=body.template,
            )
        )
    return read_impressions(complete, desk.fmt)


def _made(
    body: CapturedImpressionBody,
    view: MinutiaeView | None,
    picture: ReadPrint | None,
    desk: PrintDesk,
) -> tuple[Impression, MinutiaeView]:
    """Return an impression whose template is made of its minutiae, sent or found."""
    desk.demand_features()
    if view is None:
        if picture is None:
            raise InvalidInputError("The impression is empty: send a picture or minutiae.")
        view = desk.finder.find(picture)
    measured = view.quality or 0
    quality = measured if body.quality is None else body.quality
    return desk.impression_of(view, quality=quality), view
