"""A step of gallery changes, applied: the cursor moves with its last part and never before."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from service.live.gallery import LiveGallery
from service.storage.people.gallery_feed import GalleryChanges


@dataclass(slots=True)
class _Sized:
    """A batch of which only the size matters here."""

    part: str
    size: int

    def __len__(self) -> int:
        return self.size


@dataclass(slots=True)
class _Index:
    """Records each part and its cursor."""

    cursor: int = 5
    parts: list[tuple[str, int]] = field(default_factory=list)

    def add(self, batch: _Sized, *, cursor: int, again: object) -> None:
        self._note(batch.part, cursor)

    def erase(self, _: Any, *, cursor: int) -> None:
        self._note("erase", cursor)

    def _note(self, part: str, cursor: int) -> None:
        self.cursor = cursor
        self.parts.append((part, cursor))


@pytest.mark.parametrize(
    ("sizes", "parts"),
    [
        ((2, 0, 0), [("add", 9)]),
        ((0, 1, 0), [("marks", 9)]),
        ((2, 1, 0), [("marks", 5), ("add", 9)]),
        ((2, 1, 1), [("marks", 5), ("add", 5), ("erase", 9)]),
        ((0, 0, 1), [("erase", 9)]),
        ((0, 0, 0), [("erase", 9)]),
    ],
)
def test_the_cursor_moves_with_the_last_part(
    sizes: tuple[int, int, int], parts: list[tuple[str, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LiveGallery, "local_index", property(lambda gallery: gallery.index))
    index = _Index()
    gallery = object.__new__(LiveGallery)
    gallery.index = index  # type: ignore[assignment]
    added, marks, erased = sizes
    changes = GalleryChanges(
        cursor=9,
        enrolled=_Sized("add", added),  # type: ignore[arg-type]
        marks=_Sized("marks", marks),  # type: ignore[arg-type]
        returned_rows=np.zeros(0, np.int64),
        erased_rows=np.arange(erased),
        encounter_ids={},
        is_last=True,
    )

    gallery._apply(changes)

    assert index.parts == parts
