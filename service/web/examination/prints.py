"""Pictures and minutiae of prints, reached only through a case and a neutral label."""

from typing import Annotated, Any

from fastapi import Path
from starlette.responses import JSONResponse, Response

from domain.examination.finding_policy import ShownAs
from domain.ids import CaseId
from domain.prints.minutiae import Minutia
from service.usecases.examination.prints import PrintWanted, prepare_print, print_image
from service.web.examination.desk import IdInPath
from service.web.page_route import page_router
from service.web.visitors import LookerOf

router = page_router("/workbench/cases/{case_id}/prints/{label}")

IndexInPath = Annotated[int, Path(ge=0, le=19)]


@router.get("/{index}.png")
def show_print(
    visit: LookerOf, case_id: IdInPath, label: IdInPath, index: IndexInPath
) -> Response:
    """Return the picture of one print."""
    image = print_image(
        visit.bench, visit.caller, PrintWanted(CaseId(case_id), label, index), ShownAs.IMAGE
    )
    return Response(image.png, media_type="image/png")


@router.get("/{index}.json")
def show_minutiae(
    visit: LookerOf, case_id: IdInPath, label: IdInPath, index: IndexInPath, *, ahead: bool = False
) -> Response:
    """Return the size, the origin and the minutiae of one print.

    With `ahead`, its picture is only drawn in advance.
    """
    wanted = PrintWanted(CaseId(case_id), label, index)
    if ahead:
        prepare_print(visit.bench, visit.caller, wanted)
        return Response(status_code=204)
    image = print_image(visit.bench, visit.caller, wanted, ShownAs.MINUTIAE)
    return JSONResponse(
        {
            "origin": image.origin.value,
            "width_px": image.width_px,
            "height_px": image.height_px,
            "dpi": image.dpi,
            "minutiae": [_minutia(minutia) for minutia in image.minutiae],
        }
    )


def _minutia(minutia: Minutia) -> dict[str, Any]:
    return {
        "x_px": round(minutia.x_px, 1),
        "y_px": round(minutia.y_px, 1),
        "angle_rad": round(minutia.angle_rad, 3),
        "kind": minutia.kind.value,
    }
