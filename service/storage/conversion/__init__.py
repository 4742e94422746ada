"""Back record conversion: lots, frames, keyings, matches, writings and samples.

- `frame_bodies`: the payloads of frames: forms, codes, pictures
- `frames`: frames of lots, their pictures and where they stand
- `keyings`: keyings, settlements and codings of frames
- `lots`: lots, the decisions on them, and counts of their frames
- `matches`: searches for the people of frames, proposals and their readings
- `samples`: samples drawn from lots, and their readings
- `writings`: frames written to records, taken back, or destroyed
"""

from __future__ import annotations

from service.storage.conversion.frames import ConversionFrames
from service.storage.conversion.keyings import ConversionKeyings
from service.storage.conversion.lots import ConversionLots
from service.storage.conversion.matches import ConversionMatches
from service.storage.conversion.samples import ConversionSamples
from service.storage.conversion.writings import ConversionWritings
from service.storage.repository import InTransaction, Repository


class ConversionRoom(InTransaction):
    """The repositories of this room, as attributes of a unit of work."""

    conversion_lots = Repository(ConversionLots)
    conversion_frames = Repository(ConversionFrames)
    conversion_keyings = Repository(ConversionKeyings)
    conversion_matches = Repository(ConversionMatches)
    conversion_writings = Repository(ConversionWritings)
    conversion_samples = Repository(ConversionSamples)
