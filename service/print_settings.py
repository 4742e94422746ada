"""Settings for reading prints."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings


class PrintExtractor(StrEnum):
    """The extractor that finds minutiae in images."""

    AUTO = "auto"
    NBIS = "nbis"
    LEADER = "leader"


class PrintSettings(BaseSettings, use_attribute_docstrings=True):
    """How images are read, and how much time and memory that may take."""

    print_extractor: PrintExtractor = PrintExtractor.AUTO
    """Extractor of minutiae: `leader` (a network, slower and better), `nbis` (MINDTCT), or `auto`:
    `leader` where it is installed. Marks are always read by `leader` if it is installed. The extra
    `prints` installs both."""
    match_models: Path | None = None
    """Directory of models of print matches, a file for each extractor, made by `identlink model
    train DIRECTORY --prints SETS`; the shipped ones by default. They tell examiners after their
    decisions what the agreement of minutiae is worth."""
    print_processes: int = Field(default=1, ge=1, le=64)
    """Processes in which a server or a worker reads images, each with limits of memory and time;
    each process reads one image at a time."""
    print_seconds: int = Field(default=20, ge=1, le=600)
    """The most processor time that reading one file, or finding the minutiae of one image, may
    take, in seconds. A server that is too busy to give this time within three times as long
    answers 503."""
    unlocked_readers: bool = False
    """Whether files from outside may be read on a host without seccomp. A malicious file that
    takes over the process that reads it can then do whatever the service can."""
