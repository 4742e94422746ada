"""The whole name in one comparison: every word against every word, whichever field it is in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, count
from operator import itemgetter

import numpy as np

from domain.arrays import Bools, Int8s, Int64s, UInt8s
from domain.searches.evidence import EvidenceSource
from matching.comparators.pairs import Compared, nothing_compared
from matching.levels import Bits, Codes, Level, Scale
from matching.names.alignment import NOT_MET, Alignment, HeldNames, StatedName, align
from matching.names.likeness import UNLIKE
from matching.names.text import (
    JOINED_SLOTS,
    WORD_SLOTS,
    NameField,
    NameWord,
    canonical,
    joined_words,
)
from matching.prepared import PreparedDetails, read_words, written_words
from matching.word_model import INITIAL, SAME, VARIANT, WordModel

SCALE = Scale(
    source=EvidenceSource.NAME,
    levels=(
        Level("same", "Every word of forename and surname is the same."),
        Level("swapped", "Every word is the same, but some are in the other field."),
        Level("short form", "The surname is the same; the forename is a variant or an initial."),
        Level("alike", "Every word that both sides have is the same or alike."),
        Level("written together", "Words written as one on one side are separate on the other."),
        Level("one word", "Only one word can be compared, and it is the same or alike."),
        Level("surname only", "The surname is the same or alike; the forename is different."),
        Level("partly alike", "Some words are the same or alike, and some are different."),
        Level("different", "No word is the same or alike."),
    ),
)
_CODES = SCALE.keys
_FIRST = itemgetter(0)
_FIELD_WORDS = {
    NameField.FORENAME: "forename",
    NameField.MIDDLE: "middle name",
    NameField.SURNAME: "surname",
}
_GRADE_WORDS = {SAME: "the same", INITIAL: "an initial", VARIANT: "a known variant"}


@dataclass(frozen=True, slots=True, eq=False)
class HeldWords:
    """n names on record, their distinct words, and the person of each: int64 (n,), ascending."""

    names: HeldNames
    owners: Int64s
    texts: tuple[str, ...]
    """The words, by number. 0 means no word. `canonicals` is numbered in the same way."""
    canonicals: tuple[str, ...]


def compare_aligned_names(
    model: WordModel, said: PreparedDetails, held: Sequence[PreparedDetails]
) -> Compared:
    """Compares every word of each name given with every word of each name on record."""
    stated = list(map(read_words, said.written))
    theirs = held_words([one.written for one in held])
    if not stated or not len(theirs.owners):
        return nothing_compared(len(held))
    meetings = [_Meeting.of(model, words, theirs) for words in stated]
    bits = np.stack([one.bits for one in meetings])
    chosen = bits.argmax(axis=0)
    best = bits.max(axis=0)
    first = np.lexsort((-best, theirs.owners))
    people, starts, counts = np.unique(theirs.owners, return_index=True, return_counts=True)
    places = first[starts]
    pairs = _Best(meetings, chosen[places], places)
    return _compared(pairs, best[places], people, counts, len(held))


def held_words(people: Sequence[Sequence[str]]) -> HeldWords:
    """Return k people's names, as `written_words` writes them, each word replaced by its number.

    A word has a number for each field in which it stands.
    """
    names = list(chain.from_iterable(people))
    # All names at once: a loop over names and words would take most of the time of an enquiry.
    parts = " ".join(names).split(" ") if names else []
    numbers = dict(zip(dict.fromkeys(["0", *parts]), count(), strict=False))
    counts = np.array([name.count(" ") + 1 for name in names], dtype=np.int64)
    rows = np.repeat(np.arange(len(names)), counts)
    slots = np.arange(len(parts)) - np.repeat(np.cumsum(counts) - counts, counts)
    words = np.zeros((len(names), WORD_SLOTS), dtype=np.int32)
    words[rows, slots] = np.fromiter(map(numbers.__getitem__, parts), np.int32, len(parts))
    fields = np.fromiter(map(int, map(_FIRST, numbers)), np.uint8, len(numbers))[words]
    joined = np.zeros((len(names), JOINED_SLOTS), dtype=np.int32)
    # Middle names are never written together.
    is_main = (fields > 0) & (fields != NameField.MIDDLE)
    for row in np.flatnonzero(((fields[:, 1:] == fields[:, :-1]) & is_main[:, 1:]).any(axis=1)):
        for slot, word in enumerate(joined_words(read_words(names[row]))):
            joined[row, slot] = numbers.setdefault(written_words([word]), len(numbers))
    owners = np.repeat(np.arange(len(people)), [len(one) for one in people])
    texts = tuple([part[1:] for part in numbers])
    held = HeldNames(words, fields, joined)
    return HeldWords(held, owners, texts, tuple(map(canonical, texts)))


def meeting_grades(
    model: WordModel, said: tuple[NameWord, ...], held: tuple[NameWord, ...]
) -> Int8s:
    """Return int8 (a,), the grade at which each stated word met one on record, else `UNLIKE`."""
    meeting = _Meeting.of(model, said, held_words([[written_words(held)]]))
    return np.where(meeting.aligned.met[0] == NOT_MET, UNLIKE, meeting.grades[0]).astype(np.int8)


@dataclass(frozen=True, slots=True, eq=False)
class _Meeting:
    """One stated name aligned with n names on record.

    `grades`: int8 (n, a), the grade of each meeting. `bits`: float64 (n,), calibrated.
    """

    words: tuple[NameWord, ...]
    names: HeldNames
    aligned: Alignment
    grades: Int8s
    bits: Bits

    @classmethod
    def of(cls, model: WordModel, words: tuple[NameWord, ...], held: HeldWords) -> _Meeting:
        joined = joined_words(words)
        met = [
            model.meet(word.text, held.texts[1:], held.canonicals[1:])
            for word in (*words, *joined)
        ]
        tables = [np.concatenate([[0.0], bits]) for bits, _ in met]
        aligned = align(StatedName(words, joined, tables), held.names)
        slots = np.maximum(aligned.met, 0).astype(np.intp)
        numbers = np.take_along_axis(held.names.words, slots, axis=1)
        # Number 0 means no word. It never meets a word, so its grade is never read.
        grades = [met[at][1][numbers[:, at] - 1] for at in range(len(words))]
        bits = model.calibrated(aligned.bits)
        return cls(words, held.names, aligned, np.stack(grades, axis=1), bits)

    def codes(self, places: Int64s) -> Codes:
        """Return int8 (n,): the level of each of the names at these places."""
        aligned, fields = self.aligned, np.array([word.field for word in self.words])
        met, is_main = aligned.met[places] != NOT_MET, fields != NameField.MIDDLE
        is_whole = aligned.conflicts[places] == 0
        is_full = is_whole & (aligned.only_said[places] + aligned.only_held[places] == 0)
        some, several = met.any(axis=1), (met & is_main).sum(axis=1) > 1
        is_same = self._all(self.grades[places] == SAME)
        in_place = self._all(self._their_fields(places) == fields)
        is_sur = met & (fields == NameField.SURNAME) & (self._their_fields(places) == fields)
        alone = is_sur.any(axis=1) & ~(met & is_main & ~is_sur).any(axis=1)
        conditions = (
            ("different", np.ones(len(places), dtype=np.bool_)),
            ("partly alike", some),
            ("surname only", alone & ~is_whole),
            ("one word", is_whole & some),
            ("alike", is_whole & several),
            ("written together", aligned.is_joined[places]),
            ("short form", is_full & several & in_place & self._is_short(places)),
            ("swapped", is_full & several & is_same),
            ("same", is_full & several & is_same & in_place),
        )
        codes = np.zeros(len(places), dtype=np.int8)
        # Ordered from the weakest to the strongest level of the scale.
        for key, mask in conditions:
            np.putmask(codes, mask, _CODES[key])
        return codes

    def _all(self, mask: Bools) -> Bools:
        """Return bool (n,): whether a mask over words, (n, a), holds for all but middle names."""
        is_middle = np.array([word.field == NameField.MIDDLE for word in self.words])
        return np.asarray((mask | is_middle).all(axis=1))

    def _their_fields(self, places: Int64s) -> UInt8s:
        slots = np.maximum(self.aligned.met[places], 0).astype(np.intp)
        return np.take_along_axis(self.names.fields[places], slots, axis=1)

    def _is_short(self, places: Int64s) -> Bools:
        """Return bool (n,): whether surnames, and forenames, variants or initials, are equal."""
        is_fore = np.array([word.field == NameField.FORENAME for word in self.words])
        found = self.grades[places]
        return self._all((found == SAME) | (is_fore & (found >= INITIAL)))

    def words_of(self, place: int) -> str:
        """Return the explanation for one name: which word met which, with its bits."""
        aligned = self.aligned
        if aligned.is_joined[place]:
            return ""
        fields, parts = self.names.fields[place].tolist(), []
        met, worth = aligned.met[place].tolist(), aligned.worth[place].tolist()
        for word, slot, grade, bits in zip(
            self.words, met, self.grades[place].tolist(), worth, strict=True
        ):
            if slot == NOT_MET:
                continue
            how = _GRADE_WORDS.get(grade, "alike")
            own, other = _FIELD_WORDS[word.field], _FIELD_WORDS[NameField(fields[slot])]
            where = "" if own == other else f", on record as {other}"
            parts.append(f"{own} {how}{where} {bits:+.1f}")
        rest = float(aligned.bits[place] - aligned.worth[place].sum())
        if abs(rest) >= 0.05:
            capped = " and one shared word counts little beside another" * bool(
                aligned.is_capped[place]
            )
            parts.append(f"other words{capped} {rest:+.1f}")
        adjusted = float(self.bits[place] - aligned.bits[place])
        if abs(adjusted) >= 0.05:
            parts.append(f"names that go together by origin {adjusted:+.1f}")
        return f"Word by word: {'; '.join(parts)}." if parts else ""


@dataclass(frozen=True, slots=True, eq=False)
class _Best:
    """The best pair for each person: the stated name and the name on record, int64 (p,) each."""

    meetings: Sequence[_Meeting]
    stated: Int64s
    places: Int64s

    def codes(self) -> Codes:
        """Return int8 (p,): the level of each best pair."""
        levels = np.stack([one.codes(self.places) for one in self.meetings])
        return levels[self.stated, np.arange(len(self.stated))]


def _compared(best: _Best, tops: Bits, people: Int64s, counts: Int64s, total: int) -> Compared:
    """Return the findings about k people from the best pairs of those people who have a name.

    `tops`: float64 (p,), the bits of the best pairs.
    """
    codes = np.zeros(total, dtype=np.int8)
    bits, pairs = np.zeros(total), np.zeros(total, dtype=np.int64)
    codes[people] = best.codes()
    pairs[people] = counts * len(best.meetings)
    # As in `pairs.best_pairs`: the deduction cancels the advantage of many chances, but never
    # turns agreement into disagreement.
    bits[people] = np.maximum(tops - np.log2(pairs[people]), np.minimum(tops, 0.0))
    where = dict(zip(people.tolist(), range(len(people)), strict=True))

    def words(person: int) -> str:
        at = where.get(person)
        if at is None:
            return ""
        return best.meetings[int(best.stated[at])].words_of(int(best.places[at]))

    return Compared(codes, bits, pairs, np.zeros(total), words)
