"""Models that were in use once: kept by their digest, so that old decisions can be replayed."""

from __future__ import annotations

from typing import Protocol

from matching.scorer import Scorer


class ModelShelf(Protocol):
    """Where every model that was ever in use is kept. Thread-safe."""

    def scorer(self, digest: str) -> Scorer | None:
        """Return the scorer of the model with this digest, None when it is not kept.

        Raises ModelError when a file of it is damaged.
        """
