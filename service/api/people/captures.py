"""API schemas of a capture, and how it is read into impressions with pictures and minutiae."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, cast

import numpy as np
from pydantic import BeforeValidator, Field, StringConstraints

from domain import errors
from domain.prints.prints import FingerPosition, Impression, ImpressionType
from prints.minutiae.iso19794_2 import MinutiaeView
from prints.minutiae.received import SentRecord, read_sent_records
from prints.print_format import PrintFormat
from prints.vectors.comparing import unit_vectors
from service.api.base import Answer, Body
from service.api.people.travelling import TemplateBody, decode_image, decode_record
from service.api.shapes import From, at
from service.ports.print_images import CapturedImage
from service.ports.print_reading import ReadPrint
from service.usecases.people import print_files
from service.usecases.print_desk import PrintDesk, captured_image
from service.usecases.requests.doubts import SentPrints

WHOLE = {float(number): number for number in range(101)}
"""For JSON Schema, 60.0 is the integer 60."""

Quality = Annotated[
    int,
    BeforeValidator(lambda told: WHOLE.get(told, told) if isinstance(told, float) else told),
    Field(description="0 (useless) to 100.", json_schema_extra={"minimum": 0, "maximum": 100}),
]
Minutiae = Annotated[
    str,
    StringConstraints(max_length=2_112),  # one view with 255 minutiae: 1,584 bytes
    Field(json_schema_extra={"contentEncoding": "base64"}),
]
Image = Annotated[str, Field(json_schema_extra={"contentEncoding": "base64"})]
"""Only the body's length limits this text; the size of the picture inside is checked."""


class ImpressionBody(Body):
    """One finger as it was captured."""

    position: FingerPosition
    impression: ImpressionType
    quality: Quality
    template: TemplateBody
    """The template of the print."""


Impressions = Annotated[tuple[ImpressionBody, ...], Field(max_length=20)]
"""Impressions without pictures or minutiae, which no examiner will see."""


def read_impressions(bodies: Sequence[ImpressionBody], fmt: PrintFormat) -> tuple[Impression, ...]:
    """Return the impressions in order; raises InvalidInputError with a pointer."""
    if not bodies:
        return ()
    values = []
    for number, body in enumerate(bodies):
        with at(f"/impressions/{number}/template"):
            values.append(body.template.values(fmt.template))
    read: list[Impression] = []
    try:
        for body, vector in zip(bodies, unit_vectors(np.stack(values), fmt.template), strict=True):
            read.append(
                Impression(body.position, body.impression, body.quality, vector, fmt.template)
            )
    except errors.InvalidTemplateError as error:
        error.pointer = f"/impressions{error.pointer}/template"
        raise
    except errors.InvalidQualityError as error:
        error.pointer = f"/impressions/{len(read)}/quality"
        raise
    return tuple(read)


class CapturedImpressionBody(Body):
    """One finger as it was captured: its template, its picture, its minutiae, or all of them.

    If the gallery's templates are made from minutiae, a picture alone or minutiae alone are
    enough.
    """

    position: FingerPosition
    impression: ImpressionType
    quality: Quality | None = None
    """0 to 100. Can be left out if there is no template; it is then measured in the picture."""
    template: TemplateBody | None = None
    """Can be left out if the gallery's templates are made from minutiae."""
    minutiae: Minutiae | None = None
    """The minutiae of this impression: a finger minutiae record of ISO/IEC 19794-2:2005 or :2011
    with exactly one view, base64 with padding. Examiners see them."""
    image: Image | None = None
    """The picture of this impression: PNG, TIFF, BMP, JPEG 2000, JPEG or WSQ of at most
    4 MB and 4096 pixels a side, base64 with padding. Examiners see it in grey; its metadata is not
    kept."""
    ppi: int | None = Field(default=None, ge=250, le=1_200)
    """Resolution of the picture in pixels per inch, if the file does not state it."""


CapturedImpressions = Annotated[
    tuple[CapturedImpressionBody, ...],
    Field(max_length=20, description="Prints, one for each finger of the capture."),
]
"""The impressions of a capture or a probe, optionally with minutiae and pictures."""


class ExemplarFingerAnswer(Answer):
    """One finger of an exemplar, without its quality, because two prints of one finger tend to
    have similar quality.
    """

    position: FingerPosition
    impression: Annotated[ImpressionType, From("impression_type")]


class FingerAnswer(ExemplarFingerAnswer):
    """One finger of a capture, without its template."""

    quality: int
    """Quality of the print, 0 to 100, by the capture system's own measure."""


@dataclass(frozen=True, slots=True, eq=False)
class ReadCapture:
    """The impressions of a capture, and the pictures and minutiae stored with them."""

    impressions: tuple[Impression, ...]
    images: tuple[CapturedImage, ...] = ()
    minutiae: tuple[MinutiaeView, ...] = ()
    notes: tuple[print_files.PrintNote, ...] = ()

    def kept(self) -> SentPrints:
        """Return what is stored."""
        return SentPrints(self.impressions, self.images, self.minutiae)


def read_files(
    files: Sequence[print_files.SentFile], desk: PrintDesk, usual: ImpressionType
) -> ReadCapture:
    """Return the capture in files; `usual` is the impression type of prints that state none.

    Raises the same errors as `capture_of_files`.
    """
    found = print_files.capture_of_files(desk, files, usual)
    return ReadCapture(found.impressions, found.images, found.minutiae, found.notes)


def read_capture(bodies: Sequence[CapturedImpressionBody], desk: PrintDesk) -> ReadCapture:
    """Return the capture; templates that were not sent are made from pictures or minutiae.

    Raises InvalidInputError, InvalidMinutiaeError, UnreadablePrintError, with a pointer.
    """
    if all(
        body.template and body.quality is not None and not (body.image or body.minutiae)
        for body in bodies
    ):
        whole = cast("Sequence[ImpressionBody]", bodies)
        return ReadCapture(read_impressions(whole, desk.fmt))
    views = _views(bodies)
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


def _notes(pictures: Iterable[ReadPrint]) -> Iterator[print_files.PrintNote]:
    for one in pictures:
        for words in print_files.remarks_on_picture(one):
            yield print_files.PrintNote(one.position, "", words)


def _read_by(body: CapturedImpressionBody, desk: PrintDesk) -> str:
    """Return the reader of a picture's minutiae; empty if minutiae or a template were sent."""
    return "" if body.minutiae or body.template else desk.read_by(body.impression)


def _views(bodies: Sequence[CapturedImpressionBody]) -> list[MinutiaeView | None]:
    """Return the minutiae that were sent; None for an impression without minutiae."""
    sent: list[SentRecord | None] = [None] * len(bodies)
    for number, body in enumerate(bodies):
        if body.minutiae is not None:
            with at(f"/impressions/{number}/minutiae"):
                record = decode_record(body.minutiae)
            sent[number] = SentRecord(record, body.position, body.impression)
    try:
        return read_sent_records(sent)
    except errors.InvalidMinutiaeError as error:
        error.pointer = f"/impressions{error.pointer}/minutiae"
        raise


def _picture(number: int, body: CapturedImpressionBody, desk: PrintDesk) -> ReadPrint | None:
    if body.image is None:
        return None
    with at(f"/impressions/{number}/image"):
        found = decode_image(body.image, body.ppi, desk)
    return replace(found, position=body.position, impression_type=body.impression)


def _given(bodies: Sequence[CapturedImpressionBody], desk: PrintDesk) -> tuple[Impression, ...]:
    """Return the impressions that were sent with templates, in order."""
    complete: list[ImpressionBody] = []
    for number, body in enumerate(bodies):
        if body.template is None:
            continue
        if body.quality is None:
            raise errors.InvalidQualityError(
                "The quality is missing: send it with the template.",
                pointer=f"/impressions/{number}/quality",
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
    """Return an impression whose template is made from its minutiae, which were sent or found."""
    desk.demand_features()
    if view is None:
        if picture is None:
            raise errors.InvalidInputError("The impression is empty: send an image or minutiae.")
        view = desk.finder.find(picture)
    measured = view.quality or 0
    quality = measured if body.quality is None else body.quality
    return desk.impression_of(view, quality=quality), view
