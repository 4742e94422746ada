"""The names under which prints of a case are addressed."""

from __future__ import annotations

PROBE_LABEL = "probe"
"""The probe's name in addresses; exemplars stand under their neutral labels."""
