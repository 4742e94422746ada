"""Answers of a service that runs in separate processes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Answer:
    """A complete answer."""

    status: int
    content: bytes

    def json(self) -> Any:
        """Return the decoded content."""
        return json.loads(self.content)
