"""The reconcilers' page: differences side by side, codes, and matches."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from domain.access import Caller
from domain.conversion.content import Codes
from domain.conversion.form import CODED
from domain.conversion.frames import FrameState
from domain.conversion.matching import MatchOutcome
from domain.errors import LinkingError
from domain.ids import CandidateId, FrameId, LotId
from service.api.bodies import read_json
from service.api.conversion.matches import FrameSearchBody
from service.api.people.captures import read_capture
from service.api.state import BenchOf
from service.usecases.conversion.matching import SearchFrame, frame_candidates, search_frame
from service.usecases.conversion.proposing import (
    ProposeMatch,
    ReadMatch,
    propose_match,
    read_match,
    write_merged,
)
from service.usecases.conversion.settling import (
    CodeFrame,
    SettleFrame,
    code_frame,
    frames_to_settle,
    settle_frame,
    show_frame,
)
from service.usecases.workbench import Workbench
from service.web.conversion.fields import LABELS, faults, read_fault, read_form, shown_fields
from service.web.examination.desk import IdInPath
from service.web.forms import Form, FormOf
from service.web.page_route import PageRoute
from service.web.rendering import render
from service.web.visitors import ReconcilerOf

router = APIRouter(prefix="/workbench/conversion", route_class=PageRoute, include_in_schema=False)

_SHOWN = 100
_WITH_CANDIDATES = frozenset({FrameState.MATCHING, FrameState.PROPOSED})


@router.get("/lots/{lot_id}/settle")
def show_waiting_frames(
    request: Request, lot_id: IdInPath, caller: ReconcilerOf, bench: BenchOf
) -> Response:
    """Show the frames of a lot that wait for a reconciler."""
    frames = frames_to_settle(bench.services, caller, LotId(lot_id), limit=_SHOWN)
    return render(request, "conversion/waiting.html", {"lot_id": lot_id, "frames": frames})


@router.get("/frames/{frame_id}")
def show_one_frame(
    request: Request, frame_id: IdInPath, caller: ReconcilerOf, bench: BenchOf
) -> Response:
    """Show a frame: its picture, both keyings or the settled form, and its next step."""
    return _page(request, bench, caller, frame_id, Form({}, {}))


def _page(
    request: Request,
    bench: Workbench,
    caller: Caller,
    frame_id: str,
    form: Form,
    *,
    status: int = 200,
) -> Response:
    view = show_frame(bench.services, caller, FrameId(frame_id))
    has_candidates = view.frame.state in _WITH_CANDIDATES
    values: dict[str, Any] = {
        "view": view,
        "match": view.match,
        "is_own": view.match is not None and view.match.proposed_by == caller.actor.user_id,
        "candidates": frame_candidates(bench.services, caller, view.frame.frame_id)
        if has_candidates
        else (),
        "fields": shown_fields(),
        "labels": LABELS,
        "faults": faults(),
        "outcomes": list(MatchOutcome),
        "coded": CODED,
        "form": form,
    }
    return render(request, "conversion/frame.html", values, status=status)


@router.post("/frames/{frame_id}/settlement")
def post_settlement(
    request: Request, frame_id: IdInPath, caller: ReconcilerOf, form: FormOf, bench: BenchOf
) -> Response:
    """Settle a frame whose two keyings differ."""

    def act() -> None:
        settled = SettleFrame(caller, FrameId(frame_id), read_form(form), read_fault(form))
        settle_frame(bench.services, settled)

    return _done(request, bench, caller, frame_id, (form, act))


@router.post("/frames/{frame_id}/codes")
def post_codes(
    request: Request, frame_id: IdInPath, caller: ReconcilerOf, form: FormOf, bench: BenchOf
) -> Response:
    """Give codes to texts that no table has, or leave them as texts."""

    def act() -> None:
        codes = Codes(*(form.text(f"code-{field.value}") for field in CODED))
        code_frame(bench.services, CodeFrame(caller, FrameId(frame_id), codes))

    return _done(request, bench, caller, frame_id, (form, act))


@router.post("/frames/{frame_id}/search")
def post_search(
    request: Request, frame_id: IdInPath, caller: ReconcilerOf, form: FormOf, bench: BenchOf
) -> Response:
    """Search for the person: by a file of prints if one was sent, else by details."""

    def act() -> None:
        body = read_json(FrameSearchBody, form.files.get("capture") or b"{}")
        prints = read_capture(body.impressions, bench.services.prints).kept()
        search_frame(bench.services, SearchFrame(caller, FrameId(frame_id), **prints))

    return _done(request, bench, caller, frame_id, (form, act))


@router.post("/frames/{frame_id}/match")
def post_match(
    request: Request, frame_id: IdInPath, caller: ReconcilerOf, form: FormOf, bench: BenchOf
) -> Response:
    """Propose to which record the frame belongs."""

    def act() -> None:
        outcome = form.choice("outcome", MatchOutcome, missing="Choose the outcome.")
        if outcome is not None:
            first, other = form.text("candidate"), form.text("other_candidate")
            proposed = ProposeMatch(
                caller,
                FrameId(frame_id),
                outcome,
                CandidateId(first) if first else None,
                CandidateId(other) if other else None,
                form.text("words"),
            )
            propose_match(bench.services, proposed)

    return _done(request, bench, caller, frame_id, (form, act))


@router.post("/frames/{frame_id}/reading")
def post_match_reading(
    request: Request, frame_id: IdInPath, caller: ReconcilerOf, form: FormOf, bench: BenchOf
) -> Response:
    """Agree with a proposal, or not."""

    def act() -> None:
        answer = form.text("answer", missing="Choose whether you agree.")
        if answer in {"agree", "disagree"}:
            reading = ReadMatch(caller, FrameId(frame_id), agrees=answer == "agree")
            read_match(bench.services, reading)

    return _done(request, bench, caller, frame_id, (form, act))


@router.post("/frames/{frame_id}/writing")
def post_writing(
    request: Request, frame_id: IdInPath, caller: ReconcilerOf, form: FormOf, bench: BenchOf
) -> Response:
    """Write a frame of a merge case, once its two records are one."""

    def act() -> None:
        write_merged(bench.services, caller, FrameId(frame_id))

    return _done(request, bench, caller, frame_id, (form, act))


def _done(
    request: Request,
    bench: Workbench,
    caller: Caller,
    frame_id: str,
    posted: tuple[Form, Callable[[], None]],
) -> Response:
    form, act = posted
    try:
        act()
    except LinkingError as error:
        form.errors["words"] = error.detail
    if form.errors:
        return _page(request, bench, caller, frame_id, form, status=422)
    return RedirectResponse(f"/workbench/conversion/frames/{frame_id}", status_code=303)
