"""Pictures and minutiae of prints, reached only through a case and a neutral label."""

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Path, Response
from pydantic import BeforeValidator

from domain.errors import NotFoundError
from domain.examination.finding_policy import ShownAs
from domain.ids import CaseId
from domain.prints.minutiae import MinutiaKind
from service.api.authentication import Examiner, Resolver
from service.api.base import Answer
from service.api.bodies import IdInPath
from service.api.documentation import call_problems
from service.api.shapes import shows
from service.api.state import BenchOf
from service.ports.print_images import PrintImage
from service.usecases.examination.prints import PrintWanted, print_image


class MinutiaAnswer(Answer):
    """One minutia, in pixels of the picture."""

    # Rounded to the precision that a picture can show.
    x_px: Annotated[float, BeforeValidator(partial(round, ndigits=1))]
    """Column in pixels from the left."""
    y_px: Annotated[float, BeforeValidator(partial(round, ndigits=1))]
    """Row in pixels from the top."""
    angle_rad: Annotated[float, BeforeValidator(partial(round, ndigits=3))]
    """Direction of the ridge in radians, counterclockwise from the right."""
    kind: MinutiaKind


@shows(PrintImage, without=("png",))
class PrintAnswer(Answer):
    """One print of a probe or an exemplar."""

    minutiae: tuple[MinutiaAnswer, ...]
    """Minutiae of the print, if they are known."""


router = APIRouter(prefix="/v1")

LabelInPath = Annotated[
    str,
    Path(
        pattern=r"^[A-Za-z0-9_-]{1,64}$",
        description="`probe`, or the neutral label of an exemplar that was shown.",
    ),
]
IndexInPath = Annotated[
    int, Path(ge=0, le=19, description="Index of the finger in the capture as returned, from 0.")
]

_PNG: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "A greyscale PNG.",
        "content": {"image/png": {"schema": {"type": "string", "format": "binary"}}},
    }
}


@router.get(
    "/cases/{case_id}/prints/{label}/{index}",
    tags=["examiner"],
    responses=call_problems(NotFoundError),
)
def get_print(
    call: Examiner, case_id: IdInPath, label: LabelInPath, index: IndexInPath, bench: BenchOf
) -> PrintAnswer:
    """Return size, origin and minutiae of one print of a case that the examiner works."""
    return PrintAnswer.of(
        print_image(
            bench, call.caller, PrintWanted(CaseId(case_id), label, index), ShownAs.MINUTIAE
        )
    )


@router.get(
    "/cases/{case_id}/prints/{label}/{index}/image",
    tags=["examiner"],
    response_class=Response,
    responses={**_PNG, **call_problems(NotFoundError)},
)
def get_print_image(
    call: Examiner, case_id: IdInPath, label: LabelInPath, index: IndexInPath, bench: BenchOf
) -> Response:
    """Return the picture of one print of a case that the examiner works."""
    wanted = PrintWanted(CaseId(case_id), label, index)
    image = print_image(bench, call.caller, wanted, ShownAs.IMAGE)
    return Response(image.png, media_type="image/png")


@router.get(
    "/differences/{case_id}/prints/{label}/{index}",
    tags=["supervisor"],
    responses=call_problems(NotFoundError),
)
def get_difference_print(
    call: Resolver, case_id: IdInPath, label: LabelInPath, index: IndexInPath, bench: BenchOf
) -> PrintAnswer:
    """Return size, origin and minutiae of one print of a difference of opinion."""
    return PrintAnswer.of(
        print_image(
            bench, call.caller, PrintWanted(CaseId(case_id), label, index), ShownAs.MINUTIAE
        )
    )


@router.get(
    "/differences/{case_id}/prints/{label}/{index}/image",
    tags=["supervisor"],
    response_class=Response,
    responses={**_PNG, **call_problems(NotFoundError)},
)
def get_difference_print_image(
    call: Resolver, case_id: IdInPath, label: LabelInPath, index: IndexInPath, bench: BenchOf
) -> Response:
    """Return the picture of one print of a difference of opinion."""
    wanted = PrintWanted(CaseId(case_id), label, index)
    image = print_image(bench, call.caller, wanted, ShownAs.IMAGE)
    return Response(image.png, media_type="image/png")
