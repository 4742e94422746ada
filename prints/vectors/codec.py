"""Templates of one format as bytes: a single vector, one capture, or thousands."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from domain.prints.captures import CaptureColumns
from domain.prints.prints import Impression
from domain.prints.templates import TemplateFormat
from prints.vectors import blob_columns, blobs


@dataclass(frozen=True, slots=True)
class VectorCodec:
    """Writes and reads templates of one format. Reading raises VaultDamagedError for damaged
    bytes, and UnknownTemplateFormatError for another format.
    """

    template: TemplateFormat

    def encode(
        self, impressions: Sequence[Impression], taken: blobs.Capture, *, value_bytes: int
    ) -> bytes:
        """Return the blob of one capture. The impressions keep their order.

        Raises InvalidInputError for more than 255 impressions, UnknownTemplateFormatError for a
        template of another format.
        """
        return blobs.encode(impressions, taken, self.template, value_bytes=value_bytes)

    def decode(self, blob: bytes) -> tuple[tuple[Impression, ...], blobs.Capture]:
        """Return the impressions of one capture, and the facts about the capture."""
        return blobs.decode(blob, self.template)

    def encode_tenprints(
        self, captures: CaptureColumns, taken: Sequence[blobs.Capture]
    ) -> list[bytes]:
        """Return n gallery blobs: the inverse of `decode_tenprints`, except for rounding."""
        return blob_columns.encode_tenprints(captures, taken, self.template)

    def decode_tenprints(
        self, encoded: Sequence[bytes]
    ) -> tuple[CaptureColumns, npt.NDArray[np.int16]]:
        """Return n captures and their years of birth, int16 (n,), 0 if unknown.

        Impressions without a finger position are left out.
        """
        return blob_columns.decode_tenprints(encoded, self.template)

    def decode_marks(self, encoded: Sequence[bytes]) -> CaptureColumns:
        """Return n marks, from blobs of one impression each."""
        return blob_columns.decode_marks(encoded, self.template)
