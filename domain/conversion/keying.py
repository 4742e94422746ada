"""Two blind keyings of a frame compared, and the settled form."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from domain.conversion.form import Form, FormField, differing
from domain.ids import UserId


class FrameFault(StrEnum):
    """Why a frame cannot be keyed as it is."""

    NONE = "none"
    UNREADABLE = "unreadable"
    TWO_SHEETS = "two sheets"
    """Scanned apart, its parts come back as frames of the same number."""
    WRONG_SHEET = "wrong sheet"
    """The sheet of another person behind the header."""


@dataclass(frozen=True, slots=True)
class Keying:
    """One keying of a frame."""

    form: Form
    fault: FrameFault = FrameFault.NONE


@dataclass(frozen=True, slots=True)
class KeptKeying:
    """A keying as stored."""

    place: int
    """First or second: 1 or 2."""
    keyed_by: UserId
    keying: Keying | None
    """None once its content is destroyed."""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """How two keyings differ."""

    fields: tuple[FormField, ...]
    fault: bool

    @property
    def is_none(self) -> bool:
        """Whether nothing is left to settle."""
        return not self.fields and not self.fault


def disagreement(first: Keying, second: Keying) -> Disagreement:
    """Return how two keyings differ; of two that state the same fault no field counts."""
    if first.fault is not second.fault:
        return Disagreement(differing(first.form, second.form), fault=True)
    if first.fault is not FrameFault.NONE:
        return Disagreement((), fault=False)
    return Disagreement(differing(first.form, second.form), fault=False)


def overruled(keying: Keying, settled: Keying) -> tuple[FormField, ...]:
    """Return the fields in which a keying was not followed."""
    if settled.fault is not FrameFault.NONE:
        return ()
    return differing(keying.form, settled.form)
