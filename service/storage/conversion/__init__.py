"""Back record conversion: lots, frames, keyings, matches, writings and samples."""

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
