"""Settings for applications from the public."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings


class ApplicationSettings(BaseSettings, use_attribute_docstrings=True):
    """How documents from applicants are checked."""

    virus_scanner: str | None = Field(default=None, max_length=300, pattern=r"^(unix|tcp):\S+$")
    """Address of ClamAV's daemon, `unix:/PATH` or `tcp:HOST:PORT`: it scans documents of
    applicants, and none is accepted while it does not answer. Without it, only type, size and
    content are checked."""
