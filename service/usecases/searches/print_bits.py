"""The evidence of the minutiae in bits, for each finger and for all fingers together.

The bits are shown only after the decisions, as the corresponding minutiae are, and are computed
again from stored data. They affect no order, band or posterior (ADR 107).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from domain.ids import EncounterId
from domain.prints.prints import FingerPosition
from domain.searches.searches import Search, SearchType
from matching.experience import rates
from matching.match_bits import MatchModel, summed_bits
from service.storage.unit_of_work import UnitOfWork
from service.usecases.searches.correspondence import FingerCorrespondence
from service.usecases.searches.looking_up import compare
from service.usecases.services import Services


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
