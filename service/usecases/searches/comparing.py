"""The exact comparison of a probe with stored captures, by the rules of the gallery's format."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from domain.prints import FingerComparisons
from domain.probes import PrintProbe, mark_probe, tenprint_probe
from domain.searches import Probe, SearchType
from domain.templates import TemplateFormat
from indexing.ranking import tenprint_similarities
from prints.print_format import PrintFormat
from service.storage.people.gallery_feed import HeldTemplates


def compare(
    fmt: PrintFormat,
    search_type: SearchType,
    probe: Probe,
    held: HeldTemplates,
    encounter_rows: Sequence[int],
) -> FingerComparisons:
    """Return the comparisons of a probe with stored encounters, as `compare_prints` does."""
    asked = print_probe(search_type, probe, fmt.template)
    return compare_prints(fmt, search_type, asked, held, encounter_rows)


def compare_prints(
    fmt: PrintFormat,
    search_type: SearchType,
    asked: PrintProbe,
    held: HeldTemplates,
    encounter_rows: Sequence[int],
) -> FingerComparisons:
    """Return the comparisons of prints with stored encounters, in the order of `encounter_rows`.

    Every row has to be among `held`. As with the index, a tenprint probe in tenprints compares
    every finger both sides have; a mark, and any search of the unsolved mark file, keeps the
    finger that agrees most and no other.
    """
    batch = held.marks if search_type.is_among_marks else held.tenprints
    place_of = {row: place for place, row in enumerate(batch.encounter_rows.tolist())}
    places = np.array([place_of[row] for row in encounter_rows], dtype=np.int64)
    return fmt.comparison.compare(asked, batch.captures, places)


def similarities(
    search_type: SearchType, comparisons: FingerComparisons
) -> npt.NDArray[np.float32]:
    """Return the measure the index ranks by, float32 (n,): of tenprints a sum, else the best."""
    if search_type is SearchType.TP_TP:
        return tenprint_similarities(comparisons.cosines)
    compared = np.where(np.isnan(comparisons.cosines), np.float32(-np.inf), comparisons.cosines)
    return np.asarray(compared.max(axis=1), dtype=np.float32)


def print_probe(search_type: SearchType, probe: Probe, fmt: TemplateFormat) -> PrintProbe:
    """Return the prints of a probe as arrays; raises as `tenprint_probe` and `mark_probe` do."""
    if search_type.has_tenprint_probe:
        return tenprint_probe(probe.impressions, fmt)
    return mark_probe(probe.impressions[0], fmt)
