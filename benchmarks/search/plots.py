"""Plots of candidate search: recall against latency, and latency against the people enrolled."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure


def draw_recall(rows: Iterable[dict[str, Any]], path: Path) -> None:
    """Draw recall at 10 against p50 for each kind of search; one line a design and impression."""
    panels: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        panels[f"{row['search']}, finger {row['finger']}"].append(row)
    figure = Figure(figsize=(6 * len(panels), 4.6), layout="constrained")
    for number, (title, members) in enumerate(panels.items(), 1):
        axes = figure.add_subplot(1, len(panels), number)
        for (design, impression), points in _grouped(members).items():
            axes.plot(
                [point["p50_ms"] for point in points],
                [point["recall_at_10"] for point in points],
                marker="o",
                markersize=4,
                label=f"{design}, {impression}",
            )
        axes.set(
            xscale="log", xlabel="p50, ms (log)", ylabel="recall of the mate @10", title=title
        )
        axes.grid(alpha=0.3)
        axes.legend(fontsize=6)
    _save(figure, path)


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
