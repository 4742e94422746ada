"""The options of the demo at the command line."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DemoOptions:
    """The options of the command line."""

    persons: int
    seed: int
    is_serving: bool
    is_json: bool
    is_verbose: bool = False
    """Whether candidates, evidence and provenance are shown as well."""
    is_exchanging: bool = False
    is_serving_public: bool = False
    """Whether the services for the public are shown."""
    is_converting: bool = False
