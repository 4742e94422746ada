"""Impressions with their templates, as they travel in both directions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Self

import numpy as np
from pydantic import BeforeValidator, Field, StringConstraints

from domain.errors import InvalidQualityError, InvalidTemplateError
from domain.prints import FingerPosition, Impression, ImpressionType
from prints.print_format import PrintFormat
from prints.vectors.units import unit_vectors
from service.api.base import Answer, Body, at
from service.api.people.travelling import TemplateBody

WHOLE = {float(number): number for number in range(101)}
"""To JSON Schema 60.0 is an integer as 60 is."""

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
"""As long as a body may be: the size of the picture inside is checked."""


class ImpressionBody(Body):
    """One finger as it was captured."""

    position: FingerPosition = Field(
        description="Finger position (FGP): 1-5 right hand from the thumb, 6-10 left, 0 unknown."
    )
    impression: ImpressionType = Field(description="How the print was made.")
    quality: Quality
    template: TemplateBody


Impressions = Annotated[tuple[ImpressionBody, ...], Field(max_length=20)]
"""Impressions that no examiner is to see."""


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
    except InvalidTemplateError as error:
        error.pointer = f"/impressions{error.pointer}/template"
        raise
    except InvalidQualityError as error:
        error.pointer = f"/impressions/{len(read)}/quality"
        raise
    return tuple(read)


class CapturedImpressionBody(Body):
    """One finger as it was captured: its template, its picture, its minutiae, or all of them.

    Where a gallery's templates are made of minutiae, a picture or minutiae alone are enough.
    """

    position: FingerPosition = Field(
        description="Finger position (FGP): 1-5 right hand from the thumb, 6-10 left, 0 unknown."
    )
    impression: ImpressionType = Field(description="How the print was made.")
    quality: Quality | None = Field(
        default=None,
        description="0 to 100. May be left out with the template: it is measured in the picture.",
    )
    template: TemplateBody | None = Field(
        default=None,
        description="May be left out where the gallery's templates are made of minutiae.",
    )
    minutiae: Minutiae | None = Field(
        default=None,
        description="The minutiae of this impression: a finger minutiae record of ISO/IEC "
        "19794-2:2005 or :2011 with exactly one view, base64 with padding. Examiners see them.",
    )
    image: Image | None = Field(
        default=None,
        description="The picture of this impression: PNG, TIFF, BMP, JPEG 2000, JPEG or WSQ of at "
        "and 4096 pixels a side, base64 with padding. Examiners see it in grey; its metadata is "
        "not kept.",
    )
    ppi: int | None = Field(
        default=None,
        ge=250,
        le=1_200,
        description="Pixels an inch of the picture, where it does not state them itself.",
    )


CapturedImpressions = Annotated[tuple[CapturedImpressionBody, ...], Field(max_length=20)]
"""The impressions of a capture or a probe, perhaps with minutiae and pictures."""


class ExemplarFingerAnswer(Answer):
    """One finger of an exemplar: its quality, which is like the probe's in mates, is not told."""

    position: FingerPosition
    impression: ImpressionType

    @classmethod
    def of(cls, impression: Impression) -> Self:
        """Return the answer for an impression."""
        return cls.showing(impression, impression=impression.impression_type)


class FingerAnswer(ExemplarFingerAnswer):
    """One finger of a capture, its template left out."""

    quality: int
