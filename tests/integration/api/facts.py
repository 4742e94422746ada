"""The facts of an event, apart from the digests of the rows that it commits to."""

from __future__ import annotations

import re
from typing import Any

from domain.events.rows import ROW_DIGEST

_SHA256 = re.compile(r"[0-9a-f]{64}")


def stated(body: dict[str, Any]) -> dict[str, Any]:
    """Return the facts; digests of rows are held to their form and left out."""
    facts = dict(body["facts"])
    digests = [facts.pop(name) for name in list(facts) if name.startswith(ROW_DIGEST)]
    assert all(_SHA256.fullmatch(digest) for digest in digests)
    return facts
