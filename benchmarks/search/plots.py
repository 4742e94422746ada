"""Plots of candidate search: recall against latency, and latency against the people enrolled."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator, NullLocator, StrMethodFormatter

_MARKERS = {"identlink": "o", "flat": "s", "hnswlib": "^", "usearch": "v", "pgvector": "D"}
"""Shape of a design; the impression is a colour, and the design is never told by colour alone."""


def draw_recall(rows: Iterable[dict[str, Any]], path: Path) -> None:
    """Draw recall at 10 against p50 for each kind of search: a shape a design, a colour a kind."""
    panels: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        panels[f"{row['search']}, finger {row['finger']}"].append(row)
    figure = Figure(figsize=(5 * len(panels), 5), layout="constrained")
    for number, (title, members) in enumerate(panels.items(), 1):
        axes = figure.add_subplot(1, len(panels), number)
        colours = {name: f"C{n}" for n, name in enumerate(_names(members, "impression"))}
        for (design, impression), points in _grouped(members).items():
            axes.plot(
                [point["p50_ms"] for point in points],
                [point["recall_at_10"] for point in points],
                marker=_MARKERS[design],
                markersize=5,
                linewidth=1,
                color=colours[impression],
            )
        axes.set(
            xscale="log", xlabel="p50, ms (log)", ylabel="recall of the mate @10", title=title
        )
        _label_latency(axes, [row["p50_ms"] for row in members])
        axes.grid(alpha=0.3)
        _explain(axes, _names(members, "design"), colours)
    _save(figure, path)


def _label_latency(axes: Axes, p50s_ms: list[float]) -> None:
    """Show an octave to each side, so that near figures look near, with readable labels."""
    axes.set_xlim(min(p50s_ms) / 2, max(p50s_ms) * 2)
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.xaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
    axes.xaxis.set_minor_locator(NullLocator())


def _explain(axes: Axes, designs: list[str], colours: dict[str, str]) -> None:
    """Put a legend beside the panel: shapes first, then colours."""
    shapes = [
        Line2D([], [], color="black", linestyle="", marker=_MARKERS[one], label=one)
        for one in designs
    ]
    kinds = [Line2D([], [], color=colour, label=name) for name, colour in colours.items()]
    axes.legend(
        handles=[*shapes, *kinds],
        fontsize=7,
        frameon=False,
        loc="upper center",
        bbox_to_anchor=(0.5, -0.15),
        ncols=3,
    )


def _names(rows: list[dict[str, Any]], field: str) -> list[str]:
    return list(dict.fromkeys(str(row[field]) for row in rows))


def draw_growth(rows: list[dict[str, Any]], path: Path) -> None:
    """Draw p50 against the people enrolled."""
    figure = Figure(figsize=(7, 4.6), layout="constrained")
    axes = figure.add_subplot()
    names = {
        "tenprint_p50_ms": "tenprint, enrolled",
        "unenrolled_p50_ms": "tenprint, stranger",
        "mark_known_p50_ms": "mark, known finger",
        "mark_unknown_p50_ms": "mark, any finger",
    }
    for name, label in names.items():
        axes.plot(
            [row["persons"] for row in rows],
            [row[name] for row in rows],
            marker="o",
            label=label,
        )
    axes.set(xscale="log", yscale="log", xlabel="persons (log)", ylabel="p50, ms (log)")
    axes.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.yaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.grid(alpha=0.3)
    axes.legend()
    _save(figure, path)


def _grouped(rows: list[dict[str, Any]]) -> dict[tuple[str, str], list[dict[str, Any]]]:
    groups: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        groups[row["design"], row["impression"]].append(row)
    return groups


def _save(figure: Figure, path: Path) -> None:
    # A fixed salt and no date: the same figures give the same file.
    with mpl.rc_context({"svg.hashsalt": "identlink", "svg.fonttype": "none"}):
        figure.savefig(path, format="svg", metadata={"Date": None})
