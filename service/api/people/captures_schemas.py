"""Impressions with their templates, as they travel in both directions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Self

from pydantic import Field, StringConstraints

from domain.prints import FingerPosition, Impression, ImpressionType
from prints.minutiae.iso19794_2 import MinutiaeView
from prints.print_format import PrintFormat
from prints.registry import FORMATS
from service.api.base import Answer, Body, at, each
from service.api.people.images import decode_image
from service.api.people.minutiae import decode_minutiae
from service.api.people.templates import Encoding, decode_template, encode_template
from service.ports.print_images import CapturedImage

_EXAMPLE_FORMAT = FORMATS.default.label

Quality = Annotated[
    int,
    Field(description="0 (useless) to 100.", json_schema_extra={"minimum": 0, "maximum": 100}),
]
Base64 = Annotated[
    str,
    StringConstraints(max_length=4_096),
    Field(json_schema_extra={"contentEncoding": "base64"}),
]
Minutiae = Annotated[
    str,
    StringConstraints(max_length=2_112),  # one view with 255 minutiae: 1,584 bytes
    Field(json_schema_extra={"contentEncoding": "base64"}),
]
Image = Annotated[str, Field(json_schema_extra={"contentEncoding": "base64"})]
"""As long as a body may be: the size of the picture inside is checked."""


class TemplateBody(Body):
    """A template."""

    format: Annotated[
        str,
        StringConstraints(max_length=100),
        Field(description="Name and version of the format.", examples=[_EXAMPLE_FORMAT]),
    ]
    encoding: Encoding = Field(description="Little-endian float16 or float32.")
    data: Base64 = Field(description="The values, base64 with padding.")


class ImpressionBody(Body):
    """One finger as it was captured."""

    position: FingerPosition = Field(
        description="Finger position (FGP): 1-5 right hand from the thumb, 6-10 left, 0 unknown."
    )
    impression: ImpressionType = Field(description="How the print was made.")
    quality: Quality
    template: TemplateBody

    def to_domain(self, fmt: PrintFormat) -> Impression:
        """Return an impression of this format; raises InvalidInputError with a pointer."""
        with at("/template"):
            vector = decode_template(
                self.template.data,
                encoding=self.template.encoding,
                label=self.template.format,
                fmt=fmt,
            )
        with at("/quality"):
            return Impression(self.position, self.impression, self.quality, vector, fmt.template)


Impressions = Annotated[tuple[ImpressionBody, ...], Field(max_length=20)]
"""Impressions that no examiner is to see."""


def read_impressions(bodies: Sequence[ImpressionBody], fmt: PrintFormat) -> tuple[Impression, ...]:
    """Return the impressions in order; raises InvalidInputError with a pointer."""
    return each("/impressions", bodies, lambda body: body.to_domain(fmt))


class CapturedImpressionBody(ImpressionBody):
    """One finger as it was captured, perhaps with its minutiae and its picture."""

    minutiae: Minutiae | None = Field(
        default=None,
        description="The minutiae of this impression: a finger minutiae record of ISO/IEC "
        "19794-2:2011 with exactly one view, base64 with padding. Examiners see them.",
    )
    image: Image | None = Field(
        default=None,
        description="The picture of this impression: a PNG of at most 4 MB and 4096 pixels a "
        "side, base64 with padding. Examiners see it in grey; its metadata is not kept.",
    )

    def to_minutiae(self, impression: Impression) -> MinutiaeView | None:
        """Return the minutiae of the impression; raises InvalidMinutiaeError with a pointer."""
        if self.minutiae is None:
            return None
        with at("/minutiae"):
            return decode_minutiae(self.minutiae, impression)

    def to_image(self, impression: Impression) -> CapturedImage | None:
        """Return the picture of the impression; raises InvalidInputError with a pointer."""
        if self.image is None:
            return None
        with at("/image"):
            return decode_image(self.image, impression)


CapturedImpressions = Annotated[tuple[CapturedImpressionBody, ...], Field(max_length=20)]
"""The impressions of a capture or a probe, perhaps with minutiae and pictures."""


def read_minutiae(
    bodies: CapturedImpressions, impressions: tuple[Impression, ...]
) -> tuple[MinutiaeView, ...]:
    """Return the minutiae that came with impressions; raises InvalidMinutiaeError."""
    pairs = zip(bodies, impressions, strict=True)
    views = each("/impressions", pairs, lambda pair: pair[0].to_minutiae(pair[1]))
    return tuple(view for view in views if view is not None)


def read_images(
    bodies: CapturedImpressions, impressions: tuple[Impression, ...]
) -> tuple[CapturedImage, ...]:
    """Return the pictures that came with impressions; raises InvalidInputError."""
    pairs = zip(bodies, impressions, strict=True)
    images = each("/impressions", pairs, lambda pair: pair[0].to_image(pair[1]))
    return tuple(image for image in images if image is not None)


class TemplateAnswer(Answer):
    """A template, in the form in which it is kept."""

    format: str
    encoding: Encoding
    data: str


class FingerAnswer(Answer):
    """One finger of a capture, its template left out."""

    position: FingerPosition
    impression: ImpressionType
    quality: int

    @classmethod
    def of(cls, impression: Impression) -> Self:
        """Return the answer for an impression."""
        return cls.showing(impression, impression=impression.impression_type)


class ImpressionAnswer(Answer):
    """One finger, in the form of a capture."""

    position: FingerPosition
    impression: ImpressionType
    quality: int
    template: TemplateAnswer

    @classmethod
    def of(cls, impression: Impression) -> Self:
        """Return the answer for an impression."""
        return cls(
            position=impression.position,
            impression=impression.impression_type,
            quality=impression.quality,
            template=TemplateAnswer(
                format=impression.fmt.label,
                encoding=Encoding.F16,
                data=encode_template(impression.vector),
            ),
        )
