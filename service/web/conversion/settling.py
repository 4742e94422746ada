"""The pages of keyers, samplers and reconcilers: frames keyed twice, read again, and settled.

The picture of a frame is beside the form and follows the field that is keyed.
"""

from dataclasses import astuple
from typing import Any

from starlette.responses import RedirectResponse, Response

from domain.conversion.content import Codes
from domain.conversion.form import CODED, DATES, REGIONS, FormField, FrameFault, Written
from domain.conversion.form import Form as KeyedForm
from domain.conversion.frames import Frame, FrameState, MatchOutcome
from domain.errors import ConflictError
from domain.ids import CandidateId, FrameId, LotId
from service.api.bodies import read_json
from service.api.conversion.matches import FrameSearchBody
from service.api.people.captures import read_capture
from service.usecases.conversion import matching, proposing, settling
from service.usecases.conversion.sampling import ReadUnit, read_unit, units_to_read
from service.web.form_pages import form_page
from service.web.forms import Form, FormOf
from service.web.page_route import BegunFormOf, IdInPath, page_router
from service.web.searches.files import json_object
from service.web.visitors import KeyerOf, ReconcilerOf, SamplerOf

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


def read_form(form: Form) -> KeyedForm:
    """Return the typed text. Raises InvalidInputError for a text that is too long."""
    values = []
    for field in FormField:
        is_illegible = bool(form.fields.get(f"{field.value}-illegible"))
        text = "" if is_illegible else form.text(field.value)
        values.append(Written(text, is_illegible))
    return KeyedForm(tuple(values))


def read_fault(form: Form) -> FrameFault:
    """Return the fault that was chosen; None if none was."""
    chosen = form.text("fault")
    return next((one for one in FrameFault if one.value == chosen), FrameFault.NONE)


SAID = {one: one.value.capitalize() for one in FrameFault} | {FrameFault.NONE: "Can be keyed"}
"""What is said of a frame, by its fault."""


keying_router = page_router("/workbench/conversion/lots/{lot_id}/key")


@form_page(keying_router)
def next_frame_page(visit: KeyerOf, lot_id: IdInPath, form: BegunFormOf) -> Response:
    """Show the next frame of a lot that the keyer may key."""
    frames = visit.use(matching.frames_to_key, LotId(lot_id), limit=1)
    frame: Frame | None = frames[0] if frames else None
    values: dict[str, Any] = {
        "lot_id": lot_id,
        "frame": frame,
        "fields": shown_fields(),
        "said": SAID,
        "was_sent_before": visit.request.query_params.get("sent") == "before",
    }
    return form.page(visit, "conversion/key.html", values)


@next_frame_page.post("/{frame_id}", "surname")
def post_keying(visit: KeyerOf, lot_id: IdInPath, frame_id: IdInPath, form: FormOf) -> str | None:
    """Store a keying and go on to the next frame."""
    keyed = matching.KeyFrame(visit.caller, FrameId(frame_id), read_form(form), read_fault(form))
    try:
        matching.key_frame(visit.services, keyed)
    except ConflictError:
        # Sent twice, or another keyer was faster: the next frame is as good.
        return f"/workbench/conversion/lots/{lot_id}/key?sent=before"
    return None


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
        "was_read_before": visit.request.query_params.get("sent") == "before",
    }
    return visit.page("conversion/read.html", values)


@sampling.post("")
def post_reading(visit: SamplerOf, lot_id: IdInPath, form: FormOf) -> Response:
    """Store whether the value is that of the frame, and go on to the next unit."""
    at, place = f"/workbench/conversion/lots/{lot_id}/read", form.text("place")
    answer = form.text("answer")
    if place.isascii() and place.isdecimal() and answer in {"right", "wrong"}:
        reading = ReadUnit(visit.caller, LotId(lot_id), int(place), is_right=answer == "right")
        try:
            read_unit(visit.services, reading)
        except ConflictError:
            return RedirectResponse(f"{at}?sent=before", status_code=303)
    return RedirectResponse(at, status_code=303)


router = page_router("/workbench/conversion")

_SHOWN = 100
_WITH_CANDIDATES = frozenset({FrameState.MATCHING, FrameState.PROPOSED})


@router.get("/lots/{lot_id}/settle")
def show_waiting_frames(visit: ReconcilerOf, lot_id: IdInPath) -> Response:
    """Show the frames of a lot that wait for a reconciler."""
    frames = visit.use(settling.frames_to_settle, LotId(lot_id), limit=_SHOWN)
    return visit.page("conversion/waiting.html", {"lot_id": lot_id, "frames": frames})


@form_page(router, "/frames/{frame_id}")
def frame_page(visit: ReconcilerOf, frame_id: IdInPath, form: BegunFormOf) -> Response:
    """Show a frame: its picture, both keyings or the settled form, and its next step."""
    view = visit.use(settling.show_frame, FrameId(frame_id))
    has_candidates = view.frame.state in _WITH_CANDIDATES
    values: dict[str, Any] = {
        "view": view,
        "match": view.match,
        "is_own": view.match is not None and view.match.proposed_by == visit.caller.actor.user_id,
        "candidates": visit.use(matching.frame_candidates, view.frame.frame_id)
        if has_candidates
        else (),
        "fields": shown_fields(),
        "labels": LABELS,
        "said": SAID,
        "outcomes": list(MatchOutcome),
        "coded": CODED,
    }
    return form.page(visit, "conversion/frame.html", values)


@frame_page.post("/settlement", "frame", *(one.value for one in FormField))
def post_settlement(visit: ReconcilerOf, frame_id: IdInPath, form: FormOf) -> None:
    """Settle a frame whose two keyings differ."""
    settled = settling.SettleFrame(
        visit.caller, FrameId(frame_id), read_form(form), read_fault(form)
    )
    settling.settle_frame(visit.services, settled)


@frame_page.post("/codes", "frame")
def post_codes(visit: ReconcilerOf, frame_id: IdInPath, form: FormOf) -> None:
    """Give codes to texts that are in no table of codes, or leave them as texts."""
    codes = Codes(*(form.text(f"code-{field.value}") for field in CODED))
    settling.code_frame(visit.services, settling.CodeFrame(visit.caller, FrameId(frame_id), codes))


@frame_page.post("/search", "capture")
def post_search(visit: ReconcilerOf, frame_id: IdInPath, form: FormOf) -> None:
    """Search for the person: by a file of prints if one was sent, else by details."""
    sent = form.files.get("capture") or b"{}"
    json_object(sent)
    body = read_json(FrameSearchBody, sent)
    prints = read_capture(body.impressions, visit.services.prints).kept()
    matching.search_frame(
        visit.services, matching.SearchFrame(visit.caller, FrameId(frame_id), prints)
    )


@frame_page.post("/match", "words")
def post_match(visit: ReconcilerOf, frame_id: IdInPath, form: FormOf) -> None:
    """Propose which record the frame belongs to."""
    outcome = form.choice("outcome", MatchOutcome, missing="Choose the outcome.")
    if outcome is not None:
        first, other = form.text("candidate"), form.text("other_candidate")
        proposed = proposing.ProposeMatch(
            visit.caller,
            FrameId(frame_id),
            outcome,
            CandidateId(first) if first else None,
            CandidateId(other) if other else None,
            form.text("words"),
        )
        proposing.propose_match(visit.services, proposed)


@frame_page.post("/reading", "answer")
def post_match_reading(visit: ReconcilerOf, frame_id: IdInPath, form: FormOf) -> None:
    """Agree or disagree with a proposal."""
    answer = form.text("answer", missing="Choose whether you agree.")
    if answer in {"agree", "disagree"}:
        reading = proposing.ReadMatch(visit.caller, FrameId(frame_id), agrees=answer == "agree")
        proposing.read_match(visit.services, reading)


@frame_page.post("/writing", "frame")
def post_writing(visit: ReconcilerOf, frame_id: IdInPath, form: FormOf) -> None:
    """Add the frame of a merge case to the merged record, once its two records are merged."""
    del form
    visit.use(proposing.write_merged, FrameId(frame_id))
