"""The reconcilers' pages: two keyings side by side, codes, and matches."""

from typing import Any

from starlette.responses import RedirectResponse, Response

from domain.conversion.content import Codes
from domain.conversion.form import CODED
from domain.conversion.frames import FrameState, MatchOutcome
from domain.ids import CandidateId, FrameId, LotId
from service.api.bodies import read_json
from service.api.conversion.matches import FrameSearchBody
from service.api.people.captures import read_capture
from service.usecases.conversion import proposing, settling
from service.usecases.conversion.matching import SearchFrame, frame_candidates, search_frame
from service.web.conversion.keying import LABELS, faults, read_fault, read_form, shown_fields
from service.web.forms import Form, FormOf
from service.web.page_route import IdInPath, begun_form, page_router
from service.web.visitors import ReconcilerOf, Visit

router = page_router("/workbench/conversion")

_SHOWN = 100
_WITH_CANDIDATES = frozenset({FrameState.MATCHING, FrameState.PROPOSED})


@router.get("/lots/{lot_id}/settle")
def show_waiting_frames(visit: ReconcilerOf, lot_id: IdInPath) -> Response:
    """Show the frames of a lot that wait for a reconciler."""
    frames = visit.use(settling.frames_to_settle, LotId(lot_id), limit=_SHOWN)
    return visit.page("conversion/waiting.html", {"lot_id": lot_id, "frames": frames})


@router.get("/frames/{frame_id}")
def show_one_frame(visit: ReconcilerOf, frame_id: IdInPath) -> Response:
    """Show a frame: its picture, both keyings or the settled form, and its next step."""
    return _page(visit, frame_id, begun_form(visit))


def _page(visit: Visit, frame_id: str, form: Form, *, status: int = 200) -> Response:
    view = visit.use(settling.show_frame, FrameId(frame_id))
    has_candidates = view.frame.state in _WITH_CANDIDATES
    values: dict[str, Any] = {
        "view": view,
        "match": view.match,
        "is_own": view.match is not None and view.match.proposed_by == visit.caller.actor.user_id,
        "candidates": visit.use(frame_candidates, view.frame.frame_id) if has_candidates else (),
        "fields": shown_fields(),
        "labels": LABELS,
        "faults": faults(),
        "outcomes": list(MatchOutcome),
        "coded": CODED,
        "form": form,
    }
    return visit.page("conversion/frame.html", values, status=status)


@router.post("/frames/{frame_id}/settlement")
def post_settlement(visit: ReconcilerOf, frame_id: IdInPath, form: FormOf) -> Response:
    """Settle a frame whose two keyings differ."""
    with form.taking("words"):
        settled = settling.SettleFrame(
            visit.caller, FrameId(frame_id), read_form(form), read_fault(form)
        )
        settling.settle_frame(visit.services, settled)
    return _done(visit, frame_id, form)


@router.post("/frames/{frame_id}/codes")
def post_codes(visit: ReconcilerOf, frame_id: IdInPath, form: FormOf) -> Response:
    """Give codes to texts that are in no table of codes, or leave them as texts."""
    with form.taking("words"):
        codes = Codes(*(form.text(f"code-{field.value}") for field in CODED))
        settling.code_frame(
            visit.services, settling.CodeFrame(visit.caller, FrameId(frame_id), codes)
        )
    return _done(visit, frame_id, form)


@router.post("/frames/{frame_id}/search")
def post_search(visit: ReconcilerOf, frame_id: IdInPath, form: FormOf) -> Response:
    """Search for the person: by a file of prints if one was sent, else by details."""
    with form.taking("words"):
        body = read_json(FrameSearchBody, form.files.get("capture") or b"{}")
        prints = read_capture(body.impressions, visit.services.prints).kept()
        search_frame(visit.services, SearchFrame(visit.caller, FrameId(frame_id), **prints))
    return _done(visit, frame_id, form)


@router.post("/frames/{frame_id}/match")
def post_match(visit: ReconcilerOf, frame_id: IdInPath, form: FormOf) -> Response:
    """Propose which record the frame belongs to."""
    with form.taking("words"):
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
    return _done(visit, frame_id, form)


@router.post("/frames/{frame_id}/reading")
def post_match_reading(visit: ReconcilerOf, frame_id: IdInPath, form: FormOf) -> Response:
    """Agree or disagree with a proposal."""
    with form.taking("words"):
        answer = form.text("answer", missing="Choose whether you agree.")
        if answer in {"agree", "disagree"}:
            reading = proposing.ReadMatch(
                visit.caller, FrameId(frame_id), agrees=answer == "agree"
            )
            proposing.read_match(visit.services, reading)
    return _done(visit, frame_id, form)


@router.post("/frames/{frame_id}/writing")
def post_writing(visit: ReconcilerOf, frame_id: IdInPath, form: FormOf) -> Response:
    """Add the frame of a merge case to the merged record, once its two records are merged."""
    with form.taking("words"):
        visit.use(proposing.write_merged, FrameId(frame_id))
    return _done(visit, frame_id, form)


def _done(visit: Visit, frame_id: str, form: Form) -> Response:
    if form.errors:
        return _page(visit, frame_id, form, status=422)
    return RedirectResponse(f"/workbench/conversion/frames/{frame_id}", status_code=303)
