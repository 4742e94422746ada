"""The few SVG shapes of the picture, as text: the same bytes on every machine."""

from __future__ import annotations

from html import escape


class Drawing:
    """Shapes in the order in which they are drawn."""

    def __init__(self, width: float, height: float, *, style: str, label: str) -> None:
        self._head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}"'
            f' font-family="Helvetica,Arial,sans-serif" role="img" aria-label="{escape(label)}">\n'
            f"<style>{style}</style>\n"
            f'<rect width="{width:g}" height="{height:g}" fill="#fff"/>'
        )
        self._shapes: list[str] = []

    def box(self, place: tuple[float, float], size: tuple[float, float], *, kind: str) -> None:
        """Draw a rectangle with round corners from its left upper corner."""
        (x, y), (width, height) = place, size
        self._shapes.append(
            f'<rect class="{kind}" x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}"'
            ' rx="4"/>'
        )

    def text(self, place: tuple[float, float], words: str, *, kind: str) -> None:
        """Write words; `kind` says where in them the place lies."""
        x, y = place
        self._shapes.append(f'<text class="{kind}" x="{x:g}" y="{y:g}">{escape(words)}</text>')

    def line(self, start: tuple[float, float], end: tuple[float, float], *, kind: str) -> None:
        """Draw a straight line."""
        (x, y), (to_x, to_y) = start, end
        self._shapes.append(f'<path class="{kind}" d="M{x:g} {y:g}L{to_x:g} {to_y:g}"/>')

    def head(self, tip: tuple[float, float], *, down: bool, kind: str) -> None:
        """Draw the head of an arrow that points down or up at a tip."""
        (x, y), back = tip, -7 if down else 7
        self._shapes.append(f'<path class="{kind}" d="M{x:g} {y:g}l-4 {back:g}h8z"/>')

    def dot(self, centre: tuple[float, float], radius: float, *, kind: str) -> None:
        """Draw a filled circle."""
        x, y = centre
        self._shapes.append(f'<circle class="{kind}" cx="{x:g}" cy="{y:g}" r="{radius:g}"/>')

    def svg(self) -> str:
        """Return the whole picture, one shape a line."""
        return "\n".join([self._head, *self._shapes, "</svg>"]) + "\n"
