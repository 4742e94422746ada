"""Pages of keyers and samplers: the picture is beside the form and follows the field keyed."""

from contextlib import suppress
from dataclasses import astuple
from typing import Any

from starlette.responses import RedirectResponse, Response

from domain.conversion.form import DATES, REGIONS, Form, FormField, FrameFault, Written
from domain.conversion.frames import Frame
from domain.errors import ConflictError
from domain.ids import FrameId, LotId
from service.usecases.conversion.matching import KeyFrame, frames_to_key, key_frame
from service.usecases.conversion.sampling import ReadUnit, read_unit, units_to_read
from service.web.forms import Form as Posted
from service.web.forms import FormOf
from service.web.page_route import IdInPath, begun_form, page_router
from service.web.visitors import KeyerOf, SamplerOf, Visit

LABELS = {one: one.value.replace("-", " ").capitalize() for one in FormField}
LABELS[FormField.CRO_NUMBER] = "CRO number"


def shown_fields() -> list[dict[str, Any]]:
    """Return the fields in their order, each with its label and its region of the picture."""
    return [
        {
            "name": field.value,
            "label": LABELS[field],
            "is_date": field in DATES,
            "region": " ".join(f"{share:.3f}" for share in astuple(REGIONS[field])),
        }
        for field in FormField
    ]


def read_form(form: Posted) -> Form:
    """Return the typed text. Raises InvalidInputError for a text that is too long."""
    values = []
    for field in FormField:
        is_illegible = bool(form.fields.get(f"{field.value}-illegible"))
        text = "" if is_illegible else form.text(field.value)
        values.append(Written(text, is_illegible))
    return Form(tuple(values))


def read_fault(form: Posted) -> FrameFault:
    """Return the fault that was chosen; None if none was."""
    chosen = form.text("fault")
    return next((one for one in FrameFault if one.value == chosen), FrameFault.NONE)


def faults() -> list[tuple[str, str]]:
    """Return the faults to choose from."""
    return [(one.value, one.value.capitalize()) for one in FrameFault]


router = page_router("/workbench/conversion/lots/{lot_id}/key")


@router.get("")
def show_next_frame(visit: KeyerOf, lot_id: IdInPath) -> Response:
    """Show the next frame of a lot that the keyer may key."""
    return _page(visit, lot_id, begun_form(visit))


@router.post("/{frame_id}")
def post_keying(visit: KeyerOf, lot_id: IdInPath, frame_id: IdInPath, form: FormOf) -> Response:
    """Store a keying and go on to the next frame."""
    with form.taking("surname"):
        keyed = KeyFrame(visit.caller, FrameId(frame_id), read_form(form), read_fault(form))
        # Where another keyer was faster, the next frame is as good.
        with suppress(ConflictError):
            key_frame(visit.services, keyed)
        return RedirectResponse(f"/workbench/conversion/lots/{lot_id}/key", status_code=303)
    return _page(visit, lot_id, form, status=422)


def _page(visit: Visit, lot_id: str, form: Posted, *, status: int = 200) -> Response:
    frames = visit.use(frames_to_key, LotId(lot_id), limit=1)
    frame: Frame | None = frames[0] if frames else None
    values: dict[str, Any] = {
        "lot_id": lot_id,
        "frame": frame,
        "fields": shown_fields(),
        "faults": faults(),
        "form": form,
    }
    return visit.page("conversion/key.html", values, status=status)


sampling = page_router("/workbench/conversion/lots/{lot_id}/read")


@sampling.get("")
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


@sampling.post("")
def post_reading(visit: SamplerOf, lot_id: IdInPath, form: FormOf) -> Response:
    """Store whether the value is that of the frame, and go on to the next unit."""
    place, answer = form.text("place"), form.text("answer")
    if place.isascii() and place.isdecimal() and answer in {"right", "wrong"}:
        reading = ReadUnit(visit.caller, LotId(lot_id), int(place), is_right=answer == "right")
        read_unit(visit.services, reading)
    return RedirectResponse(f"/workbench/conversion/lots/{lot_id}/read", status_code=303)
