"""Phrases with which a reason may begin, by outcome; the examiner completes them."""

from collections.abc import Mapping, Sequence

from domain.examination.cases import Comparison, Outcome

PHRASES: Mapping[Outcome, tuple[str, ...]] = {
    Outcome.IDENTIFIED: (
        "Ridge flow and the marked points agree, with no unexplained difference.",
        "The points agree in sequence and position. Distortion explains the differences.",
        "Ridge details, pores and edges agree as well.",
    ),
    Outcome.EXCLUDED: (
        "The ridge flow differs.",
        "Points in the probe have no counterpart, and distortion does not explain this.",
        "All fingers were compared: none agrees.",
    ),
    Outcome.INCONCLUSIVE: (
        "Too few clear points for either finding.",
        "The corresponding area is not in the exemplar.",
        "Points agree, but distortion leaves doubt.",
    ),
    Outcome.INSUFFICIENT: (
        "The probe is too poor in detail.",
        "The exemplar is too poor in detail.",
        "There is no image to compare.",
    ),
}
"""Three for each outcome, one key for each."""


def reason_so_far(comparisons: Sequence[Comparison]) -> str:
    """Return the reasons of a decision: of identifications, if there are any, else of all."""
    identified = [one for one in comparisons if one.outcome is Outcome.IDENTIFIED]
    reasons = dict.fromkeys(one.reason for one in identified or comparisons if one.reason)
    return " ".join(reasons)[:4_000]
