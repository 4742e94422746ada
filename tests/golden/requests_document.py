"""The state machine and the kinds of requests in docs/requests.md, drawn from their data.

`python -m tests.golden.requests_document` fills them in; a test compares the document with them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from enum import StrEnum
from pathlib import Path

from domain.requests.request_states import FEE_STEPS, FIRST, TRANSITIONS, RequestState
from domain.requests.requests import IdentityBasis
from domain.restrictions import UsePurpose
from service.usecases.requests.kind import Kind
from service.usecases.requests.kinds import KINDS

DOCUMENT = Path(__file__).parents[2] / "docs" / "requests.md"


def filled(text: str) -> str:
    """Return the document with the drawing and the table of kinds."""
    parts = {
        "machine": _drawing(),
        "kinds": _table(
            ("Kind", "Asked by", "For", "Identity by", "People", "Clock", "Grounds"), _kinds()
        ),
    }
    for name, lines in parts.items():
        marked = re.compile(rf"(<!-- begin {name} -->\n).*?(<!-- end {name} -->)", re.DOTALL)
        content = "\n".join(lines)
        text = marked.sub(
            lambda found, content=content: f"{found[1]}{content}\n{found[2]}",  # type: ignore[misc]  # bound now
            text,
        )
    return text


def _drawing() -> Iterator[str]:
    yield "```mermaid"
    yield "stateDiagram-v2"
    yield f"    [*] --> {_name(FIRST)}: receive"
    # Steps about a fee lead nowhere: the text says in which states they may be taken.
    for one in (each for each in TRANSITIONS if each.step not in FEE_STEPS):
        for before in sorted(one.before):
            for after in one.after or (before,):
                yield f"    {_name(before)} --> {_name(after)}: {one.step.value}"
    yield "```"


def _name(state: RequestState) -> str:
    return state.value.replace(" ", "_")


def _kinds() -> Iterator[tuple[str, ...]]:
    yield from (_kind(kind) for _, kind in sorted(KINDS.items()))


def _kind(kind: Kind) -> tuple[str, ...]:
    return (
        f"`{kind.name}`: {kind.title}",
        ", ".join(sorted(kind.askers)),
        _listed(kind.purposes, UsePurpose),
        _listed(kind.bases, IdentityBasis),
        str(kind.deciders),
        f"`{kind.clock}`" if kind.clock else "none",
        "; ".join(ground.words for ground in kind.grounds),
    )


def _listed(codes: Collection[StrEnum], every: type[StrEnum]) -> str:
    """Return the codes in a row, or "any" where all of their kind are among them."""
    return "any" if set(codes) == set(every) else ", ".join(sorted(codes))


def _table(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    for line in (header, ("---",) * len(header), *rows):
        yield f"| {' | '.join(line)} |"


if __name__ == "__main__":
    DOCUMENT.write_text(filled(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")
