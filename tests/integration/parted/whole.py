"""One index that has in memory what the parts of a gallery have in memory."""

from __future__ import annotations

from pathlib import Path

from indexing.codes.batches import GalleryBatch
from indexing.codes.codec import Codec, train_codec
from indexing.codes.columns import Columns
from indexing.gallery_index import GalleryIndex
from indexing.parameters import IndexLimits
from tests.formats import FORMAT
from tests.unit.indexing.building import KEY

_SEALED = 2048
"""As many changes as a step has: parts seal these, and hold the rest open."""


def whole_of(directory: Path, batch: GalleryBatch, columns: Columns) -> tuple[GalleryIndex, Codec]:
    """Return an index of a batch, and the codec that was trained on its columns."""
    codec = train_codec(columns.vectors, columns.finger_bits, FORMAT.index)
    whole = GalleryIndex.open(
        directory,
        template_format=FORMAT.index,
        key=KEY,
        threads=1,
        limits=IndexLimits(codec_minimum=1 << 60),
    )
    whole.adopt(codec)
    whole.add(batch.take(slice(0, _SEALED)), cursor=_SEALED)
    whole.seal()
    whole.add(batch.take(slice(_SEALED, None)), cursor=len(batch))
    return whole, codec
