"""Lots: opened, shown, sampled, decided and withdrawn."""

from typing import Any

from starlette.responses import Response

from domain.access.access import Caller, Scope
from domain.conversion.frames import ENDED, Capture, CaptureMedium, LotKind, LotState
from domain.ids import FrameId, LotId
from service.usecases.conversion import deciding, lots
from service.usecases.conversion.deciding import DestroyFrames, destroy_frames
from service.usecases.conversion.sampling import DrawSample, draw_sample
from service.web.form_pages import form_page
from service.web.forms import Form, FormOf, options
from service.web.page_route import BegunFormOf, IdInPath, page_router
from service.web.visitors import ConversionReaderOf, FrameSeerOf, SupervisorOf

router = page_router("/workbench/conversion")

_SHOWN = 200


@form_page(router)
def lots_page(visit: FrameSeerOf, form: BegunFormOf) -> Response:
    """Show the lots with counts of their frames, and the form for supervisors to open one."""
    values: dict[str, Any] = {
        "lots": visit.use(lots.list_lots, limit=_SHOWN).items,
        "kinds": options(LotKind),
        "media": options(CaptureMedium),
        "may_open": Scope.KEEP_LOTS in visit.caller.actor.scopes,
        "next": _next_of(visit.caller),
    }
    return form.page(visit, "conversion/lots.html", values)


@lots_page.post("", "label")
def post_lot(visit: SupervisorOf, form: FormOf) -> str | None:
    """Open a lot."""
    command = _opened(form, visit.caller)
    if command is not None and not form.errors:
        lot_id = lots.open_lot(visit.services, command)
        return f"/workbench/conversion/lots/{lot_id}"
    return None


def _opened(form: Form, caller: Caller) -> lots.OpenLot | None:
    label = form.text("label", missing="Write the label of the roll or box.")
    kind = form.choice("kind", LotKind, missing="Choose whether it is a roll or a box.")
    medium = form.choice("medium", CaptureMedium, missing="Choose what was scanned.")
    ppi, generation = _number(form, "ppi"), _number(form, "generation")
    if kind is None or medium is None or ppi is None or generation is None:
        return None
    return lots.OpenLot(caller, label, kind, Capture(medium, ppi, generation))


def _number(form: Form, name: str) -> int | None:
    text = form.text(name)
    if not (text.isascii() and text.isdecimal()):
        form.errors[name] = "Write a whole number."
        return None
    return int(text)


_STEPS = ((Scope.KEY_FRAMES, "key"), (Scope.SETTLE_FRAMES, "settle"), (Scope.READ_SAMPLES, "read"))


def _next_of(caller: Caller) -> str:
    """Return the name of the caller's own work on a lot; empty if there is none."""
    return next((word for scope, word in _STEPS if scope in caller.actor.scopes), "")


@form_page(router, "/lots/{lot_id}")
def lot_page(visit: FrameSeerOf, lot_id: IdInPath, form: BegunFormOf) -> Response:
    """Show a lot, the states of its frames, and the decisions on it."""
    view = visit.use(lots.show_lot, LotId(lot_id))
    reads = Scope.READ_CONVERSION in visit.caller.actor.scopes
    values: dict[str, Any] = {
        "view": view,
        "figures": visit.use(lots.lot_figures, LotId(lot_id)) if reads else None,
        "may_keep": Scope.KEEP_LOTS in visit.caller.actor.scopes,
        "unfinished": sum(n for state, n in view.counts.items() if state not in ENDED),
        "is_accepted": view.lot.state is LotState.ACCEPTED,
        "next": _next_of(visit.caller),
    }
    return form.page(visit, "conversion/lot.html", values)


@lot_page.post("/sample", "step")
def post_sample(visit: SupervisorOf, lot_id: IdInPath, form: FormOf) -> None:
    """Draw the sample of a lot."""
    del form
    draw_sample(visit.services, DrawSample(visit.caller, LotId(lot_id)))


@lot_page.post("/verdict", "step")
def post_verdict(visit: SupervisorOf, lot_id: IdInPath, form: FormOf) -> None:
    """Record the verdict that follows from the sample."""
    del form
    visit.use(deciding.decide_lot, LotId(lot_id))


@lot_page.post("/withdrawal", "words")
def post_withdrawal(visit: SupervisorOf, lot_id: IdInPath, form: FormOf) -> None:
    """Withdraw a whole faulty lot."""
    words = form.text("words")
    deciding.withdraw_lot(visit.services, deciding.WithdrawLot(visit.caller, LotId(lot_id), words))


@lot_page.post("/destruction", "expected")
def post_destruction(visit: SupervisorOf, lot_id: IdInPath, form: FormOf) -> None:
    """Destroy the frames that may no longer be kept, if their number is as counted."""
    expected = _number(form, "expected")
    if expected is not None:
        destroy_frames(visit.services, DestroyFrames(visit.caller, LotId(lot_id), expected))


@router.get("/lots/{lot_id}/certificate")
def show_certificate(visit: ConversionReaderOf, lot_id: IdInPath) -> Response:
    """Show the certificate of an accepted lot."""
    certificate = visit.use(deciding.lot_certificate, LotId(lot_id))
    return visit.page("conversion/certificate.html", {"certificate": certificate})


@router.get("/frames/{frame_id}/image")
def show_image(visit: FrameSeerOf, frame_id: IdInPath) -> Response:
    """Return the picture of a frame."""
    image, media_type = visit.use(lots.frame_image, FrameId(frame_id))
    return Response(image, media_type=media_type)
