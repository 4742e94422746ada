"""Compare details with details: every comparator, weighted, for one person against k people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.errors import ModelError
from domain.searches.searches import CountedWords
from matching import parameters
from matching.comparators import aligned_name
from matching.comparators.catalogue import COMPARATORS
from matching.comparators.columns import held_columns
from matching.comparators.pairs import Compared, nothing_compared
from matching.frequencies import Frequencies, make_frequencies
from matching.levels import Probabilities, Weights, make_weights
from matching.prepared import PreparedDetails
from matching.word_model import WordModel

_NAMES_APART = 2
"""How many leading `COMPARATORS` (name and middle name) the comparison word by word replaces."""

APART = tuple(one.scale for one in COMPARATORS)
"""The scales of the comparisons where forename, surname and middle name are compared apart."""
BY_WORDS = (aligned_name.SCALE, *APART[_NAMES_APART:])
"""The scales where names are compared word by word."""

FLOORS = {
    "full name": parameters.FULL_NAME_FLOOR,
    "surname": parameters.NAME_PART_FLOOR,
    "forename": parameters.NAME_PART_FLOOR,
    "middle": parameters.NAME_PART_FLOOR,
    "place": parameters.PLACE_FLOOR,
    "nationality": parameters.NATIONALITY_FLOOR,
    "postcode": parameters.POSTCODE_FLOOR,
}
"""The lowest frequency used by each term-frequency adjustment."""


@dataclass(frozen=True, slots=True, eq=False)
class DemographicModel:
    """The fitted weights of every comparison of details, and the term frequencies."""

    weights: tuple[Weights, ...]
    """One for each comparator, in the order of `COMPARATORS`."""
    frequencies: Frequencies
    levels: Mapping[str, Mapping[str, Probabilities]]
    """m and u for each comparison and level, as fitted."""
    words: WordModel | None
    """Weights of words. None in models that compare forename, surname and middle name apart."""
    always: WordModel | None
    """The same for models of before version 3 with words, which use them in searches by prints
    too, and ignore what galleries count."""

    def counted(self, words: CountedWords) -> WordModel | None:
        """Return the weight of each word of a names enquiry, from its count in the gallery."""
        if self.always is not None or self.words is None:
            return self.always
        return self.words.counted_in(words)


def demographic_model(
    levels: Mapping[str, Mapping[str, Probabilities]],
    tables: Mapping[str, Mapping[str, float]],
    association: float,
    words: WordModel | None = None,
) -> DemographicModel:
    """Return the model. Raises ModelError if the levels are not those of this version."""
    sources = [str(comparator.scale.source) for comparator in COMPARATORS]
    if list(levels) != sources:
        raise ModelError(
            "The model compares other personal details than this version of the software "
            "does: train the model again."
        )
    weights = (
        make_weights(comparator.scale, dict(levels[source]), FLOORS)
        for comparator, source in zip(COMPARATORS, sources, strict=True)
    )
    return DemographicModel(
        weights=tuple(weights),
        frequencies=make_frequencies(tables, association),
        levels=levels,
        words=words,
        always=None if words is None or words.counts else words,
    )


def compare_details(
    model: DemographicModel,
    said: PreparedDetails,
    held: Sequence[PreparedDetails],
    words: WordModel | None = None,
) -> tuple[Compared, ...]:
    """Return the findings of each comparison about k people, in the order of the scales.

    `words`: for names word by word; None to compare forename, surname and middle name apart.
    """
    own, theirs = (held_columns(one, model.frequencies) for one in ([said], held))
    nothing = nothing_compared(len(held))
    first = 0 if words is None else _NAMES_APART
    found = tuple(
        comparator.compare(own, theirs, weights) if comparator.stated(own).any() else nothing
        for comparator, weights in zip(COMPARATORS[first:], model.weights[first:], strict=True)
    )
    if words is None:
        return found
    return (aligned_name.compare_aligned_names(words, said, held), *found)
