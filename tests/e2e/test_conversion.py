"""Old records at a browser: a frame keyed with few keys, and every page of conversion."""

from __future__ import annotations

import pytest

from data.synthetic.film.drawing import Roll, draw_frame, truth_of
from data.synthetic.ridges.impressions import png_bytes
from domain.access.access import ROLE_SCOPES, Actor, Caller, Purpose, Role
from domain.conversion.form import Form, FormField, Written
from domain.conversion.frames import Capture, CaptureMedium, LotKind, MatchOutcome
from domain.ids import ForceCode, FrameId, LotId, UserId
from service.usecases.conversion.lots import OpenLot, ReceiveFrame, open_lot, receive_frame
from service.usecases.conversion.matching import KeyFrame, SearchFrame, key_frame, search_frame
from service.usecases.conversion.proposing import (
    ProposeMatch,
    ReadMatch,
    propose_match,
    read_match,
)
from service.usecases.conversion.sampling import DrawSample, draw_sample
from tests.e2e.desks import Desk, Desks
from tests.e2e.site import Site

MOST = 45
"""Keystrokes beyond the text itself, for a frame of twelve fields."""

ROLL = Roll(seed=7, frames=4, fingers=())


def caller(role: Role, name: str) -> Caller:
    force = ForceCode("89") if role is Role.RECONCILER else None
    actor = Actor(UserId(name), role, force, ROLE_SCOPES[role])
    return Caller(actor, Purpose.RECORD_MANAGEMENT)


KEEPER = caller(Role.SUPERVISOR, "keeper")


def roll_of(site: Site, label: str, *numbers: int) -> tuple[LotId, list[FrameId]]:
    """Open a roll and send drawn frames of it."""
    capture = Capture(CaptureMedium.FILM, 600)
    services = site.bench.services
    lot_id = open_lot(services, OpenLot(KEEPER, label, LotKind.ROLL, capture))
    frames = [
        receive_frame(
            services,
            ReceiveFrame(KEEPER, lot_id, number, png_bytes(draw_frame(ROLL, number).image)),
        )
        for number in numbers
    ]
    return lot_id, frames


def form_of(number: int, **other: str) -> Form:
    texts = {f.value: text for f, text in truth_of(ROLL, number).texts.items()} | other
    return Form(tuple(Written(texts.get(field.value, "")) for field in FormField))


def key(site: Site, frame: FrameId, name: str, form: Form) -> None:
    key_frame(site.bench.services, KeyFrame(caller(Role.KEYER, name), frame, form))


def test_a_frame_of_twelve_fields_takes_under_forty_five_keystrokes_beyond_its_text(
    desks: Desks, site: Site
) -> None:
    lot_id, (frame, _) = roll_of(site, "ROLL-KEYS", 1, 2)
    desk = desks.sit_down("keyer-a")
    desk.go(f"conversion/lots/{lot_id}/key")
    desk.page.wait_for_selector("#surname:focus")
    desk.page.wait_for_function("() => document.querySelector('[data-picture] img').complete")
    texts, strokes = truth_of(ROLL, 1).texts, 0

    for field in FormField:
        if field is FormField.CRO_NUMBER:
            desk.press("PageDown")
            strokes += 1
            continue
        before = zoom_of(desk)
        desk.type(texts[field])
        if field is FormField.DISPOSAL:
            with desk.page.expect_navigation():
                desk.press("Enter")
        else:
            desk.press("Enter")
            assert zoom_of(desk) != before
        strokes += 1

    assert desk.page.inner_text("h1") == "Frame 2"
    assert strokes < MOST, strokes
    with site.bench.services.units.read() as unit:
        (kept,) = unit.conversion_keyings.of(frame, 1)
    assert kept.keying is not None
    illegible = Written(is_illegible=True)
    assert kept.keying.form == form_of(1).with_value(FormField.CRO_NUMBER, illegible)


def zoom_of(desk: Desk) -> str:
    return str(desk.page.eval_on_selector("[data-picture] img", "image => image.style.transform"))


@pytest.mark.parametrize("size", [(1366, 768), (390, 844)])
def test_every_page_of_conversion_is_accessible_and_fits(
    desks: Desks, site: Site, size: tuple[int, int]
) -> None:
    label = f"ROLL-{size[0]}"
    lot_id, (differs, matching, other) = roll_of(site, label, 1, 2, 3)
    key(site, differs, "one", form_of(1, surname="Wiliams"))
    key(site, differs, "two", form_of(1))
    for name in ("one", "two"):
        key(site, matching, name, form_of(2))
    done, (sampled,) = roll_of(site, f"{label}-DONE", 4)
    accept(site, done, sampled)
    pages = {
        "supervisor-a": ("conversion", f"conversion/lots/{lot_id}"),
        "keyer-a": ("conversion", f"conversion/lots/{lot_id}/key"),
        "reconciler-a": (
            f"conversion/lots/{lot_id}/settle",
            f"conversion/frames/{differs}",
            f"conversion/frames/{matching}",
        ),
        "sampler-a": (f"conversion/lots/{done}/read", f"conversion/lots/{lot_id}/read"),
    }
    del other

    for name, paths in pages.items():
        desk = desks.sit_down(name)
        desk.page.set_viewport_size({"width": size[0], "height": size[1]})
        for number, path in enumerate(paths):
            desk.go(path)
            desk.page.wait_for_load_state()
            desk.check(f"conversion-{name}-{number}-{size[0]}")
            assert desk.page.evaluate("document.documentElement.scrollWidth") <= size[0]


def accept(site: Site, lot_id: LotId, frame: FrameId) -> None:
    """Convert the one frame of a lot, and draw its sample."""
    services = site.bench.services
    for name in ("one", "two"):
        key(site, frame, name, form_of(4, offence="Larceny"))
    first, second = (caller(Role.RECONCILER, name) for name in ("three", "four"))
    search_frame(services, SearchFrame(first, frame))
    words = "Compared with the picture."
    propose_match(services, ProposeMatch(first, frame, MatchOutcome.NEW, words=words))
    read_match(services, ReadMatch(second, frame, agrees=True))
    draw_sample(services, DrawSample(KEEPER, lot_id))
