"""The samplers' page: one field of a frame beside its value, to be judged right or wrong."""

from typing import Any

from starlette.responses import RedirectResponse, Response

from domain.errors import ConflictError
from domain.ids import LotId
from service.usecases.conversion.sampling import ReadUnit, read_unit, units_to_read
from service.web.conversion.fields import LABELS, shown_fields
from service.web.examination.desk import IdInPath
from service.web.forms import FormOf
from service.web.page_route import page_router
from service.web.visitors import SamplerOf

router = page_router("/workbench/conversion/lots/{lot_id}/read")


@router.get("")
def show_next_unit(visit: SamplerOf, lot_id: IdInPath) -> Response:
    """Show the next unit of the sample that the sampler may read."""
    try:
        units = visit.use(units_to_read, LotId(lot_id), limit=1)
    except ConflictError:
        units = ()
    unit = units[0] if units else None
    regions = {one["name"]: one["region"] for one in shown_fields()}
    values: dict[str, Any] = {
        "lot_id": lot_id,
        "unit": unit,
        "label": LABELS[unit.field] if unit else "",
        "region": regions[unit.field.value] if unit else "",
    }
    return visit.page("conversion/read.html", values)


@router.post("")
def post_reading(visit: SamplerOf, lot_id: IdInPath, form: FormOf) -> Response:
    """Store whether the value is that of the frame, and go on to the next unit."""
    place, answer = form.text("place"), form.text("answer")
    if place.isascii() and place.isdecimal() and answer in {"right", "wrong"}:
        reading = ReadUnit(visit.caller, LotId(lot_id), int(place), is_right=answer == "right")
        read_unit(visit.services, reading)
    return RedirectResponse(f"/workbench/conversion/lots/{lot_id}/read", status_code=303)
