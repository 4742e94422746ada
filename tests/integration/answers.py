"""What a service that runs in processes of its own answered."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that came whole."""

    status: int
    content: bytes

    def json(self) -> Any:
        """Return the content read."""
        return json.loads(self.content)
