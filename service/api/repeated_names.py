"""Names that stand twice in one JSON object.

Parsers disagree on which of the two counts, so that a proxy or an auditor may read another request
than this service does (RFC 8259, section 4).
"""

from __future__ import annotations

import json
from typing import Any

_Pairs = list[tuple[str, Any]]


def repeated_name(text: str) -> str | None:
    """Return the JSON pointer of the first name that stands twice, or None.

    `text` is valid JSON of a known shape: the pointer repeats names of the text.
    """
    has_repeated = False

    def look(pairs: _Pairs) -> None:
        nonlocal has_repeated
        has_repeated = has_repeated or len(dict(pairs)) != len(pairs)

    # The numbers are of no interest, and an integer may have more digits than Python converts.
    json.loads(text, object_pairs_hook=look, parse_int=float)
    if not has_repeated:
        return None
    return _pointer(json.loads(text, object_pairs_hook=_Object, parse_int=float), "")


class _Object(_Pairs):
    """The members of an object, all of them."""


def _pointer(value: Any, place: str) -> str:
    """Return the pointer of the first repeated name below `place`, empty when there is none."""
    if not isinstance(value, list):
        return ""
    members = value if isinstance(value, _Object) else enumerate(value)
    seen: set[object] = set()
    for name, below in members:
        here = f"{place}/{str(name).replace('~', '~0').replace('/', '~1')}"
        if name in seen:
            return here
        seen.add(name)
        if found := _pointer(below, here):
            return found
    return ""
