"""The facts about a conviction that the Act depends on."""

from dataclasses import dataclass
from datetime import date

from domain.errors import InvalidInputError
from domain.people.convictions import CAUTIONS, SentenceKind
from rules.clocks import Length


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence or order. A fact that is not known is None."""

    kind: SentenceKind
    length: Length | None = None
    begins_on: date | None = None
    """None: the sentence begins on the day of the conviction."""
    ends_on: date | None = None
    """The last day of the sentence with its licence, or of an order without a length."""
    is_indefinite: bool = False
    """Whether it is an order without a fixed end. If it has ceased, `ends_on` is its last day."""
    is_consecutive: bool = False
    """Whether it follows the sentence before it in these proceedings, or the last custody."""
    is_schedule_18: bool | None = None
    """Whether it was imposed for an offence of Schedule 18 to the Sentencing Code."""
    paid_on: date | None = None
    consecutive_to: str = ""
    """The reference of the conviction whose custody it follows, in whatever proceedings."""


@dataclass(frozen=True, slots=True)
class Conviction:
    """One conviction or caution, with its sentences. Raises InvalidInputError."""

    reference: str
    """The caller's own reference for the conviction."""
    convicted_on: date
    sentences: tuple[Sentence, ...]
    was_under_18: bool | None = None
    """Whether the person was under 18 when convicted."""
    is_summary_only: bool | None = None
    proceedings: str = ""
    """Equal for convictions of the same proceedings. Empty: it has proceedings of its own."""

    def __post_init__(self) -> None:
        if not self.sentences:
            raise InvalidInputError(
                "A conviction needs a sentence: state it, as unstructured text if necessary."
            )
        for sentence in self.sentences:
            for day in (sentence.begins_on, sentence.ends_on, sentence.paid_on):
                if day is not None and day < self.convicted_on:
                    raise InvalidInputError(
                        "The sentence begins or ends before the conviction: correct the dates."
                    )

    @property
    def is_caution(self) -> bool:
        """Whether it is a caution, so that no court convicted."""
        return all(one.kind in CAUTIONS for one in self.sentences)
