"""One candidate's evidence as a waterfall: from the prior, row by row, to the total."""

from io import BytesIO
from typing import Literal

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from domain.searches.evidence import Band, Evidence, EvidenceRow, EvidenceSource, probability_words

_FOR, _AGAINST, _SUM = "#1d70b8", "#d4351c", "#505a5f"
"""Colours that people with red-green colour blindness can distinguish."""


def waterfall(evidence: Evidence, *, image_format: Literal["png", "svg"] = "png") -> bytes:
    """Return the picture of one candidate's evidence. Rows that add nothing are left out.

    The same evidence gives the same bytes.
    """
    rows = [row for row in evidence.rows if row.bits or row.source is EvidenceSource.PRIOR]
    figure = Figure(figsize=(9.0, 0.42 * (len(rows) + 1) + 1.2), layout="constrained")
    axes = figure.subplots()
    _draw_rows(axes, rows)
    _draw_total(axes, len(rows), evidence.total_bits)
    _label(axes, rows, evidence)
    return _encoded(figure, image_format)


def _draw_rows(axes: Axes, rows: list[EvidenceRow]) -> None:
    reached = 0.0
    for place, row in enumerate(rows):
        colour = _FOR if row.bits >= 0 else _AGAINST
        axes.barh(place, row.bits, left=reached, color=colour, height=0.7)
        _annotate(axes, place, max(reached, reached + row.bits), f"{row.bits:+.1f}")
        reached += row.bits
        axes.plot([reached, reached], [place - 0.35, place + 1.35], color=_SUM, linewidth=0.6)


def _draw_total(axes: Axes, place: int, total_bits: float) -> None:
    axes.barh(place, total_bits, color=_SUM, height=0.7)
    _annotate(axes, place, max(total_bits, 0.0), f"{total_bits:+.1f}")


def _annotate(axes: Axes, place: int, right: float, text: str) -> None:
    axes.annotate(
        text, (right, place), xytext=(4, 0), textcoords="offset points", va="center", fontsize=9
    )


def _verdict(band: Band, posterior: float) -> str:
    return f"{band}, posterior {probability_words(posterior)}"


def _label(axes: Axes, rows: list[EvidenceRow], evidence: Evidence) -> None:
    names = [f"{row.source}: {row.level}" for row in rows]
    axes.set_yticks(range(len(rows) + 1), [*names, "total"])
    axes.invert_yaxis()
    axes.axvline(0.0, color="black", linewidth=0.8)
    axes.margins(x=0.1)
    axes.set_xlabel("bits (log2 of the likelihood ratio)")
    chance = evidence.posterior
    verdict = "no band, no posterior" if chance is None else _verdict(evidence.band, chance)
    axes.set_title(verdict, loc="left")
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)


def _encoded(figure: Figure, image_format: Literal["png", "svg"]) -> bytes:
    buffer = BytesIO()
    # No date and fixed ids, so that the same evidence gives the same bytes.
    metadata = {"Date": None} if image_format == "svg" else {"Software": None}
    with rc_context({"svg.hashsalt": "identlink"}):
        figure.savefig(buffer, format=image_format, dpi=120, metadata=metadata)
    return buffer.getvalue()
