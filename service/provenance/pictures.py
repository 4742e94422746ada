"""The view of a link as a picture: time runs from left to right, with the persons above.

Shapes and colours are those of W3C PROV: entities are rounded and yellow, activities angular and
blue, agents orange. As in PROV, an arrow points to the source of a node.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from typing import Literal, cast

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from prov.model import (
    PROV,
    ProvActivity,
    ProvAgent,
    ProvDocument,
    ProvElement,
    ProvEntity,
    ProvRelation,
)

from service.provenance.prov_view import LinkHistory, prov_document

PictureFormat = Literal["svg", "png"]

COLUMN_IN = 2.1

ROW_IN = 1.0

_FILLS: dict[type[ProvElement], str] = {
    ProvEntity: "#fffc87",
    ProvActivity: "#9fb1fc",
    ProvAgent: "#fed37f",
}
_SHAPES: dict[type[ProvElement], str] = {
    ProvEntity: "round,pad=0.4,rounding_size=0.8",
    ProvActivity: "square,pad=0.4",
    ProvAgent: "round4,pad=0.4",
}
_LABEL_CHARACTERS = 18


@dataclass(frozen=True, slots=True)
class Edge:
    """A relation of PROV, from a node to its source."""

    source: str
    target: str
    relation: str


@dataclass(frozen=True, slots=True)
class Spot:
    """The position of a node: column from the left, row from the bottom."""

    column: float
    row: float


def graph_picture(history: LinkHistory, picture_format: PictureFormat) -> bytes:
    """Draw the view of a link and return the bytes; no display, no shared state."""
    document = prov_document(history)
    spots = layout(document)
    figure, axes = _canvas(spots)
    boxes = {
        name: _draw_element(axes, element, spots[name])
        for name, element in _elements(document).items()
    }
    # This gives the boxes their sizes, so that arrows can end at them.
    figure.draw_without_rendering()
    for edge in edges(document):
        _draw_edge(axes, edge, spots=spots, boxes=boxes)
    buffer = BytesIO()
    metadata = {"Date": None} if picture_format == "svg" else None
    figure.savefig(buffer, format=picture_format, metadata=metadata)
    return buffer.getvalue()


def edges(document: ProvDocument) -> tuple[Edge, ...]:
    """Return the relations between nodes, including that of a plan to its activity."""
    found = []
    for relation in document.get_records(ProvRelation):
        (_, source), second, *others = relation.formal_attributes
        plans = [part for part in others if part[0] == PROV["plan"]]
        kind = relation.get_type().localpart
        found += [
            Edge(str(source), str(target), kind)
            for _, target in (second, *plans)
            if target is not None
        ]
    return tuple(found)


def layout(document: ProvDocument) -> dict[str, Spot]:
    """Place all nodes: each in a column to the right of everything it came from, agents on top."""
    elements = _elements(document)
    agents = [name for name, element in elements.items() if isinstance(element, ProvAgent)]
    relations = edges(document)
    columns = _columns([name for name in elements if name not in agents], relations)
    spots = _stacked(columns)
    top = max((spot.row for spot in spots.values()), default=0.0) + 1.0
    homes = {name: _home(name, relations, columns) for name in agents}
    return spots | _in_a_row(homes, top)


def _elements(document: ProvDocument) -> dict[str, ProvElement]:
    found = cast("Iterable[ProvElement]", document.get_records(ProvElement))
    return {str(element.identifier): element for element in found}


def _columns(names: list[str], relations: tuple[Edge, ...]) -> dict[str, int]:
    columns = dict.fromkeys(names, 0)
    # As many rounds as there are nodes are enough for every chain; the cap stops a cycle.
    for _ in names:
        for edge in relations:
            if edge.source in columns and edge.target in columns:
                later, earlier = _in_time(edge)
                columns[later] = min(max(columns[later], columns[earlier] + 1), len(names))
    return columns


def _in_time(edge: Edge) -> tuple[str, str]:
    """Return (later, earlier): an arrow points to the past, except when it ends an entity."""
    if edge.relation == "Invalidation":
        return edge.target, edge.source
    return edge.source, edge.target


def _home(agent: str, relations: tuple[Edge, ...], columns: dict[str, int]) -> int:
    """Return the column of the first node in which an agent had a part."""
    return min(
        (columns.get(edge.source, 0) for edge in relations if edge.target == agent), default=0
    )


def _stacked(columns: dict[str, int]) -> dict[str, Spot]:
    """Stack each column's nodes, first on top; centre every stack on the tallest."""
    stacks: dict[int, list[str]] = {}
    for name, column in columns.items():
        stacks.setdefault(column, []).append(name)
    tallest = max(map(len, stacks.values()), default=0)
    return {
        name: Spot(float(column), height + (tallest - len(stack)) / 2)
        for column, stack in stacks.items()
        for height, name in enumerate(reversed(stack))
    }


def _in_a_row(homes: dict[str, int], row: float) -> dict[str, Spot]:
    """Place agents beside each other, each in its own column or in the next free one."""
    taken: dict[int, str] = {}
    for name, home in sorted(homes.items(), key=lambda item: item[1]):
        column = next(free for free in range(home, home + len(homes)) if free not in taken)
        taken[column] = name
    return {name: Spot(float(column), row) for column, name in taken.items()}


def _canvas(spots: dict[str, Spot]) -> tuple[Figure, Axes]:
    columns = max(spot.column for spot in spots.values()) + 1
    rows = max(spot.row for spot in spots.values()) + 1
    figure = Figure(figsize=(columns * COLUMN_IN, rows * ROW_IN), dpi=120)
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set_xlim(-0.5, columns - 0.5)
    axes.set_ylim(-0.5, rows - 0.5)
    axes.set_axis_off()
    return figure, axes


def _draw_element(axes: Axes, element: ProvElement, spot: Spot) -> Patch | None:
    kind = type(element)
    text = axes.text(
        spot.column,
        spot.row,
        _label(element),
        ha="center",
        va="center",
        fontsize=8,
        bbox={"boxstyle": _SHAPES[kind], "facecolor": _FILLS[kind], "edgecolor": "#333333"},
        zorder=2,
    )
    return text.get_bbox_patch()


def _draw_edge(
    axes: Axes, edge: Edge, *, spots: dict[str, Spot], boxes: dict[str, Patch | None]
) -> None:
    source, target = spots[edge.source], spots[edge.target]
    axes.annotate(
        "",
        xy=(target.column, target.row),
        xytext=(source.column, source.row),
        arrowprops={
            "arrowstyle": "-|>",
            "color": "#555555",
            "patchA": boxes[edge.source],
            "patchB": boxes[edge.target],
            "connectionstyle": "arc3,rad=0.08",
        },
        zorder=1,
    )


def _label(element: ProvElement) -> str:
    """Return two lines: the kind, and the beginning of the id."""
    kind, _, ref = str(element.identifier).partition(":")[2].partition("-")
    if isinstance(element, ProvActivity):
        # An activity is labelled by its type, because a decision may be a verification.
        kind = "".join(str(word).partition(":")[2] for word in element.get_attribute(PROV["type"]))
    short = ref if len(ref) <= _LABEL_CHARACTERS else f"{ref[: _LABEL_CHARACTERS - 1]}\u2026"
    return f"{kind}\n{short}"
