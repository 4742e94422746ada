"""The gallery of an old search read whole from the database: no index has a part in it."""

from __future__ import annotations

from collections.abc import Iterator

from service.storage.people.past_gallery import PastCaptures
from service.usecases.links.past_search import (
    CAPTURES_A_STEP,
    Advance,
    PastSearch,
    Seen,
    Source,
    Wanted,
)


class EverybodyRead:
    """All templates of that time, read in steps and compared; takes as long as reading them."""

    source = Source.GALLERY

    def seen(self, wanted: Wanted, advance: Advance) -> Seen:
        """See `LookUpWay`."""
        seen = Seen(wanted)
        for part in _parts(wanted.past, advance):
            seen.take_all(part.held, erased=part.gone)
        return seen


def _parts(past: PastSearch, advance: Advance) -> Iterator[PastCaptures]:
    """Yield the gallery that was searched as it stood, a step at a time."""
    after, is_last = 0, False
    while not is_last:
        with past.units.read() as unit:
            part = unit.encounters.gallery_at(
                past.change, past.gallery, after=after, limit=CAPTURES_A_STEP
            )
        yield part
        advance(part.cursor - after)
        after, is_last = part.cursor, part.is_last
