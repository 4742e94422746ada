"""The facts of a conviction that the Act asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.convictions import CAUTIONS, SentenceKind
from domain.errors import InvalidInputError

if TYPE_CHECKING:
    from datetime import date

    from rules.lengths import Length


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence or order. A fact that is not known is None."""

    kind: SentenceKind
    length: Length | None = None
    begins_on: date | None = None
    """None: on the day of the conviction."""
    ends_on: date | None = None
    """Day on which the sentence with its licence is completed, or the order's last day; of an
    order with a length, the length counts."""
    is_indefinite: bool = False
    """An order without an end: it ends on `ends_on` when it has ceased."""
    is_consecutive: bool = False
    """Follows the sentence before it in the same proceedings, or the last custody before these."""
    is_schedule_18: bool | None = None
    """For an offence of Schedule 18 to the Sentencing Code."""
    paid_on: date | None = None
    consecutive_to: str = ""
    """The reference of the conviction whose custody it follows, whatever the proceedings."""


@dataclass(frozen=True, slots=True)
class Conviction:
    """One conviction or caution with its sentences. Raises InvalidInputError."""

    reference: str
    """The caller's own name for it."""
    convicted_on: date
    sentences: tuple[Sentence, ...]
    was_under_18: bool | None = None
    """At conviction."""
    is_summary_only: bool | None = None
    proceedings: str = ""
    """Equal for convictions of the same proceedings; empty: proceedings of its own."""

    def __post_init__(self) -> None:
        if not self.sentences:
            raise InvalidInputError(
                "A conviction needs a sentence: state it, as unstructured text if necessary."
            )
        for sentence in self.sentences:
            for day in (sentence.begins_on, sentence.ends_on, sentence.paid_on):
                if day is not None and day < self.convicted_on:
                    raise InvalidInputError("A sentence cannot begin or end before conviction.")

    @property
    def is_caution(self) -> bool:
        """Whether no court convicted."""
        return all(one.kind in CAUTIONS for one in self.sentences)
