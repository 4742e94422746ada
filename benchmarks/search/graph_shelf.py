"""Graphs kept as files: a graph of a million vectors takes longer to build than to test."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class GraphShelf:
    """A directory of built graphs, each named by its kind and by the digest of its vectors."""

    directory: Path

    def filled(
        self,
        name: str,
        vectors: npt.NDArray[np.float32],
        *,
        fill: Callable[[], object],
        save: Callable[[str], object],
        load: Callable[[str], object],
    ) -> tuple[float, int]:
        """Load the graph of these vectors, or build and keep it.

        Return the seconds its building took, now or earlier, and the bytes of its file. Seconds
        are processor time of all threads together, which other load hardly disturbs.
        """
        digest = hashlib.sha256(np.ascontiguousarray(vectors).data).hexdigest()
        path = self.directory / f"{name}-{digest[:16]}.bin"
        built = path.with_suffix(".json")
        if built.exists():
            load(str(path))
            return float(json.loads(built.read_text())["build_s"]), path.stat().st_size
        start = time.process_time()
        fill()
        build_s = time.process_time() - start
        save(str(path))
        # Written last: a graph without it is incomplete and is built again.
        built.write_text(json.dumps({"build_s": build_s}))
        return build_s, path.stat().st_size
