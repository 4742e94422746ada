"""How the minutiae of two prints correspond, finger by finger, and what this is worth in bits.

Both are shown only after the decisions are sealed, and are computed again from stored data: the
same minutiae always give the same result. The bits affect no order, band or posterior (ADR 107).
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from domain.examination.cases import PointPair
from domain.ids import EncounterId
from domain.prints.minutiae import Minutia
from domain.prints.prints import FingerPosition
from domain.searches.searches import Search, SearchType
from matching.experience import rates
from matching.match_bits import MatchModel, summed_bits
from prints.features.matching import match
from prints.features.tools import FeatureTools
from prints.minutiae.iso19794_2 import MinutiaeView
from prints.print_format import PrintFormat
from service.ports.print_images import picture_facts
from service.storage.unit_of_work import UnitOfWork
from service.usecases.people.encounters import enrolled_picture
from service.usecases.print_desk import set_of
from service.usecases.searches.looking_up import compare
from service.usecases.services import Services


@dataclass(frozen=True, slots=True)
class FingerCorrespondence:
    """The corresponding minutiae of one finger of the probe and one finger of the candidate."""

    probe_position: FingerPosition
    position: FingerPosition
    """Position of the candidate's finger."""
    pairs: tuple[tuple[Minutia, Minutia], ...]
    """Each minutia of the probe with the corresponding one of the candidate, in pixels of their
    images."""
    rotation_deg: int
    """How far the probe must be turned to lie on the candidate, anticlockwise."""
    overlap: tuple[int, int]
    """The numbers of minutiae of the probe and of the candidate in the area where both have
    minutiae."""
    match_score: float
    """Unitless; a higher score means more agreement. It is not evidence in bits."""
    read_by: tuple[str, str] = ("", "")
    """The readers of the minutiae of probe and candidate, `name/version`; empty if unknown."""
    has_marked: bool = False
    """Whether people marked some of the minutiae of either print."""

    @property
    def statistics(self) -> tuple[float, float, float]:
        """Match score, pairs and overlap, as `matching.match_bits` takes them."""
        return self.match_score, float(len(self.pairs)), float(min(self.overlap))

    def is_read_by(self, extractor: str) -> bool:
        """Whether this extractor, `name/version`, and nobody else read both prints."""
        return not self.has_marked and self.read_by == (extractor, extractor)

    @property
    def is_across_extractors(self) -> bool:
        """Whether different extractors read the two prints. If so, fewer minutiae correspond."""
        ours, theirs = (one.partition("/")[0].partition("-")[0] for one in self.read_by)
        return bool(ours and theirs) and ours != theirs

    @property
    def points(self) -> tuple[PointPair, ...]:
        """The pairs as points in both images, in whole pixels, for drawing."""
        return tuple(
            PointPair(
                self.position,
                probe_x_px=round(ours.x_px),
                probe_y_px=round(ours.y_px),
                exemplar_x_px=round(theirs.x_px),
                exemplar_y_px=round(theirs.y_px),
            )
            for ours, theirs in self.pairs
        )


def correspondences(
    unit: UnitOfWork, fmt: PrintFormat, search: Search, encounter_id: EncounterId | None
) -> tuple[FingerCorrespondence, ...]:
    """Return the correspondences of a probe with a candidate, by finger; empty without minutiae.

    The minutiae are those used in the search. For a mark, only the finger that agrees most is
    returned.
    """
    if fmt.features is None or encounter_id is None:
        return ()
    probe = unit.minutiae.of_searches([search.search_id]).get(search.search_id, ())
    at = search.basis.index_cursor
    held = unit.minutiae.of_encounters([encounter_id], at=at).get(encounter_id, ())
    found = tuple(_of_fingers(fmt.features, search.search_type, probe, held))
    if search.search_type is SearchType.TP_TP:
        return tuple(sorted(found, key=lambda one: one.position))
    best = max(found, key=lambda one: one.match_score, default=None)
    return () if best is None else (best,)


def with_readers(
    unit: UnitOfWork,
    search: Search,
    encounter_id: EncounterId | None,
    found: tuple[FingerCorrespondence, ...],
) -> tuple[FingerCorrespondence, ...]:
    """Return correspondences with the extractors that read the minutiae of both sides."""
    if encounter_id is None or not found:
        return found
    at = search.basis.index_cursor
    generation = unit.remakes.in_force() if unit.minutiae.is_remade(encounter_id, at=at) else None
    remade_by = generation.tools.partition(" ")[0] if generation else ""
    told = []
    for one in found:
        probe = unit.images.of(search.search_id, int(one.probe_position))
        held = enrolled_picture(unit, encounter_id, int(one.position))
        readers = _read_by(probe), remade_by or _read_by(held)
        told.append(replace(one, read_by=readers, has_marked=_is_marked(probe, held)))
    return tuple(told)


def _read_by(picture: bytes | None) -> str:
    return picture_facts(picture).minutiae_by if picture else ""


def _is_marked(*pictures: bytes | None) -> bool:
    return any(one and picture_facts(one).marked is not None for one in pictures)


def _of_fingers(
    tools: FeatureTools,
    search_type: SearchType,
    probe: tuple[MinutiaeView, ...],
    held: tuple[MinutiaeView, ...],
) -> Iterator[FingerCorrespondence]:
    any_turn = partial(match, rotation_limit_rad=math.pi)
    match_two = tools.match if search_type is SearchType.TP_TP else any_turn
    described = {id(view): tools.describe(set_of(view)) for view in (*probe, *held)}
    for ours in probe:
        for theirs in held:
            is_known = bool(ours.position and theirs.position)
            if is_known and ours.position is not theirs.position:
                continue
            found = match_two(described[id(ours)], described[id(theirs)])
            yield FingerCorrespondence(
                probe_position=ours.position,
                position=theirs.position,
                pairs=tuple(
                    (ours.minutiae[one], theirs.minutiae[other])
                    for one, other in found.pairs.tolist()
                ),
                rotation_deg=round(math.degrees(found.rotation_rad)),
                overlap=found.overlap,
                match_score=found.match_score,
            )


@dataclass(frozen=True, slots=True)
class FingerBits:
    """The evidence, in bits, of the corresponding minutiae of one finger."""

    position: FingerPosition
    pairs: int
    """The number of minutiae of the probe that have a partner."""
    bits: float | None
    """-3 to +7; None if no model covers the finger: people marked minutiae, or another extractor
    read one of the prints."""


@dataclass(frozen=True, slots=True)
class PrintBits:
    """The evidence of a candidate's prints, in bits."""

    fingers: tuple[FingerBits, ...]
    """One for each correspondence, in order."""
    together: float | None
    """All fingers, limited to what trial searches in this gallery support; None if too few were
    run."""
    rehearsed: int
    """The number of these trial searches."""
    model: str
    """The name of the model of matched minutiae, and the beginning of its digest."""
    fitted_on: str
    """The prints that the model was fitted on."""


def print_bits(
    services: Services,
    unit: UnitOfWork,
    search: Search,
    encounter_id: EncounterId | None,
    found: Sequence[FingerCorrespondence],
) -> PrintBits | None:
    """Return the bits of a tenprint candidate's prints; None if no model covers any finger.

    A model covers fingers whose prints on both sides were read by its extractor and by nothing and
    nobody else. Marks have no bits.
    """
    if search.search_type is not SearchType.TP_TP or encounter_id is None:
        return None
    bound = _model_of(services)
    if bound is None:
        return None
    model, reader = bound
    covered = [one.is_read_by(reader) for one in found]
    if not any(covered):
        return None
    statistics = np.array([one.statistics for one in found], dtype=np.float64)
    bits = model.finger_bits(statistics)
    known = bits[np.array(covered)]
    rehearsed, rate = _met(services, unit, search, encounter_id)
    size = search.basis.gallery_size
    together = None if rate is None else summed_bits(known, size, rate)
    worth = zip(found, bits.tolist(), covered, strict=True)
    return PrintBits(
        tuple(
            FingerBits(one.position, len(one.pairs), value if is_known else None)
            for one, value, is_known in worth
        ),
        together,
        rehearsed,
        f"{model.name} {model.digest[:12]}",
        str(model.card.get("fitted_on", "")),
    )


def _model_of(services: Services) -> tuple[MatchModel, str] | None:
    """Return the model of the tools in force and the name of their extractor, if there is one."""
    tools = services.print_format.features
    if tools is None or not services.match_models:
        return None
    reader, *_ = services.prints.finder.tools
    bound = (reader.digest, tools.matcher.digest)
    for one in services.match_models:
        if (one.extractor_digest, one.matcher_digest) == bound:
            return one, reader.label
    return None


def _met(
    services: Services, unit: UnitOfWork, search: Search, encounter_id: EncounterId
) -> tuple[int, float | None]:
    """Return how many searches the gallery has counted, and the rate of strangers this similar.

    None if there are too few, or if the data needed is erased.
    """
    probe = unit.searches.probe(search.search_id)
    held = unit.encounters.templates_by_id([encounter_id], at=search.basis.index_cursor)
    rows = held.tenprints.encounter_rows.tolist()
    if probe is None or probe.experience is None or len(rows) != 1:
        return 0, None
    met = compare(services.print_format, search.search_type, probe, held, rows)
    alike = services.scorer.alikeness(probe.strangers, met)
    if alike is None:
        return 0, None
    found = rates(probe.experience, alike, search.basis.gallery_size)
    return found.counted, float(found.shares[0]) if found.is_enough else None
