"""What only the test knows of drawn prints: which place of a mark is which of the exemplar."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from data.synthetic.facts import encounter_ids
from data.synthetic.ridges.impressions import render_impression
from data.synthetic.ridges.inking import draw_placement
from data.synthetic.ridges.master import master_print
from data.synthetic.ridges.streams import Appearance, FingerIdentity, Stream, capture_rng
from domain.ids import CaseId
from domain.prints.minutiae import Minutia, MinutiaKind
from domain.prints.prints import FingerPosition, Impression
from service.demo.stage import read_donors
from tests.e2e.site import SEED, Site

_NEAR_PX = 6.0
"""A minutia is read so near to where it was drawn."""

Place = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A print as the page shows it, and where each minutia of the finger lies in it."""

    minutiae: tuple[Minutia, ...]
    places: tuple[Place | None, ...]
    """By the minutia of the finger; None where it is not to be seen."""

    @property
    def snapped_to(self) -> tuple[Place, ...]:
        """The places that the cross snaps to."""
        kinds = {MinutiaKind.RIDGE_ENDING, MinutiaKind.BIFURCATION}
        return tuple((one.x_px, one.y_px) for one in self.minutiae if one.kind in kinds)


def mark_drawn(site: Site, case_id: CaseId, number: int, finger: FingerPosition) -> Drawn:
    """Return the mark of a case, left by this person's finger."""
    with site.bench.services.units.read() as unit:
        case = unit.cases.get(case_id)
        assert case is not None
        probe = unit.searches.probe(case.search_id)
    assert probe is not None
    donor = read_donors(site.store)[case.search_id]
    return _drawn(number, finger, probe.impressions[0], donor.capture)


def exemplar_drawn(
    site: Site, case_id: CaseId, examiner: str, label: str, finger: FingerPosition
) -> Drawn:
    """Return a finger of the exemplar that an examiner knows by this label."""
    with site.bench.services.units.read() as unit:
        seen = unit.cases.examination(case_id, site.caller(examiner).actor.user_id)
        assert seen is not None
        candidate = unit.searches.candidate(dict(seen.order)[label])
        assert candidate is not None
        assert candidate.encounter_id is not None
        held = unit.encounters.get(candidate.encounter_id)
    assert held is not None
    impression = next(one for one in held.impressions if one.position == finger)
    number, capture = next(
        (number, capture)
        for capture in range(3)
        for number, found in enumerate(encounter_ids(SEED, np.arange(100), capture))
        if found == candidate.encounter_id
    )
    return _drawn(number, finger, impression, capture)


def _drawn(number: int, finger: FingerPosition, impression: Impression, capture: int) -> Drawn:
    identity = FingerIdentity(SEED, number, finger)
    appearance = Appearance(impression.impression_type, impression.quality, capture)
    shown = render_impression(identity, appearance).minutiae
    rng = capture_rng(identity, appearance, Stream.PLACEMENT)
    placement = draw_placement(appearance.impression_type, rng)
    master = master_print(identity).minutiae
    x, y = placement.image_at(
        np.array([one.x_px for one in master], dtype=np.float32),
        np.array([one.y_px for one in master], dtype=np.float32),
    )
    drawn_at = zip(x.tolist(), y.tolist(), strict=True)
    return Drawn(shown, tuple(_seen_at(at, shown) for at in drawn_at))


def _seen_at(at: Place, shown: Sequence[Minutia]) -> Place | None:
    places = [(one.x_px, one.y_px) for one in shown]
    nearest = min(places, key=lambda one: math.dist(one, at), default=None)
    return nearest if nearest and math.dist(nearest, at) <= _NEAR_PX else None
