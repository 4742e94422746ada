"""Pictures of the demo's prints, drawn on demand from the identities behind the templates.

The generator derives the id of an enrolled capture from the person's number, so enrolled captures
need no table. A search gets its id from the service, so the donor of its probe is noted in a file
of the store, which only the demo and its pictures read.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from data.synthetic.facts import encounter_ids
from data.synthetic.ridges.impressions import png_bytes, render_impression
from data.synthetic.ridges.streams import Appearance, FingerIdentity
from domain.ids import EncounterId, SearchId
from domain.prints.prints import FingerPosition, Impression
from service.ports.print_images import PrintImage, PrintOrigin

_ENROLLED_CAPTURES = 3
"""The largest number of enrolled captures that a synthetic person has."""

_FILE = "synthetic-prints.json"


@dataclass(frozen=True, slots=True)
class Donor:
    """The person and the capture of a print; `position` if the print does not state it."""

    person_number: int
    capture: int
    position: int = 0


class SyntheticPrints:
    """The port for print images, implemented with drawn ridge patterns. Thread-safe."""

    def __init__(self, seed: int, *, persons: int, store: Path) -> None:
        self._seed = seed
        self._store = store
        self._searches = read_donors(store)
        self._encounters = _enrolled(seed, persons)

    def of_search(self, search_id: SearchId, impression: Impression) -> PrintImage | None:
        """Return the drawing of a probe's impression; None if the search's donor is unknown."""
        if search_id not in self._searches:  # submitted later: the file has grown
            self._searches = read_donors(self._store)
        return self._drawn(self._searches.get(search_id), impression)

    def of_encounter(self, encounter_id: EncounterId, impression: Impression) -> PrintImage | None:
        """Return the drawing of an enrolled impression; None if the generator did not make it."""
        return self._drawn(self._encounters.get(encounter_id), impression)

    def _drawn(self, donor: Donor | None, impression: Impression) -> PrintImage | None:
        position = impression.position or FingerPosition(donor.position if donor else 0)
        if donor is None or not position:
            return None
        drawn = render_impression(
            FingerIdentity(self._seed, donor.person_number, position),
            Appearance(impression.impression_type, impression.quality, donor.capture),
        )
        height_px, width_px = drawn.image.shape
        return PrintImage(
            png=png_bytes(drawn.image),
            width_px=width_px,
            height_px=height_px,
            minutiae=drawn.minutiae,
            origin=PrintOrigin.SYNTHETIC,
            dpi=drawn.dpi,
        )


def remember_donors(store: Path, searches: Mapping[SearchId, Donor]) -> None:
    """Add the donors of these searches' probes to the store's file."""
    known = {**read_donors(store), **searches}
    content = {search_id: asdict(donor) for search_id, donor in known.items()}
    (store / _FILE).write_text(json.dumps(content, indent=1, sort_keys=True) + "\n")


def read_donors(store: Path) -> dict[SearchId, Donor]:
    """Return the donors of the probes by search; empty if the demo has not run."""
    path = store / _FILE
    if not path.exists():
        return {}
    content = json.loads(path.read_text())
    return {SearchId(search_id): Donor(**donor) for search_id, donor in content.items()}


def _enrolled(seed: int, persons: int) -> dict[EncounterId, Donor]:
    numbers = np.arange(persons, dtype=np.int64)
    return dict(
        pair
        for capture in range(_ENROLLED_CAPTURES)
        for pair in _of_capture(encounter_ids(seed, numbers, capture), capture)
    )


def _of_capture(ids: Iterable[EncounterId], capture: int) -> Iterable[tuple[EncounterId, Donor]]:
    return ((encounter_id, Donor(number, capture)) for number, encounter_id in enumerate(ids))
