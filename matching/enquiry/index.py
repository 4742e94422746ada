"""An in-memory index of millions of people by their details, which is kept up to date."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from sys import getsizeof
from threading import Lock

import numpy as np

from domain.arrays import Int64s
from domain.errors import InvalidInputError
from domain.people.people import Details
from domain.searches.searches import CountedWord, CountedWords
from matching import name_parameters
from matching.enquiry.block import Block, Tags, build_block, entries_of, merge_blocks
from matching.enquiry.lookup import look_up
from matching.enquiry.query import HeldWords, Query, query_of
from matching.levels import Bits
from matching.names.likeness import UNLIKE, grades
from matching.names.text import JOINED_SLOTS, WORD_SLOTS, NameWord, joined_words
from matching.names.vocabulary import Vocabulary
from matching.prepared import Forms, forms_of, searched_forms_of

_NO_ROWS = np.zeros(0, dtype=np.int64)
_NO_AREA = np.iinfo(np.int32).max
"""The number of an area that no entry has."""


@dataclass(frozen=True, slots=True, eq=False)
class _State:
    """Everything that a query reads. Each change replaces it as a whole."""

    blocks: tuple[Block, ...]
    people: int
    words: HeldWords


class NamesIndex:
    """Finds the rows of people whose details may match the stated details.

    Queries may run in any thread and see every completed change; changes run one after another.
    Takes about 150 bytes of memory for each person.
    """

    def __init__(self) -> None:
        self._vocabulary = Vocabulary()
        self._state = _State((), 0, HeldWords(self._vocabulary, np.zeros(1), 1.0, 0))
        self._counts = np.zeros(1, dtype=np.int64)
        self._areas: dict[str, int] = {}
        self._changing = Lock()

    def __len__(self) -> int:
        """Return the number of people in the index."""
        return self._state.people

    @property
    def bytes_held(self) -> int:
        """Memory of the index in bytes: its arrays, its words and the names of areas."""
        areas = getsizeof(self._areas) + sum(map(getsizeof, tuple(self._areas)))
        blocks = sum(block.bytes_held for block in self._state.blocks)
        return blocks + self._vocabulary.bytes_held + areas

    def add(self, rows: Int64s, details: Sequence[Details], *, is_more: bool = False) -> None:
        """Add people. If a row is already in the index, remove it before adding it again.

        `rows`: int64 (n,). Set `is_more` if more people follow, and call `compact` after the last:
        the content is then sorted once. Raises InvalidInputError unless each row has `Details`.
        """
        if len(rows) != len(details):
            raise InvalidInputError("Give one set of details for each row.")
        with self._changing:
            state = self._state
            block = self._block(rows.tolist(), details)
            self._count(block)
            blocks, people = (*state.blocks, block), state.people + len(rows)
            if is_more:
                self._state = _State(blocks, people, state.words)
            else:
                blocks = _settled([*blocks])
                self._state = _State(blocks, people, self._held_words(blocks))

    def remove(self, rows: Int64s) -> None:
        """Remove people, int64 (n,). Int64s that are not in the index are ignored."""
        with self._changing:
            state = self._state
            left = [block.without(rows) for block in state.blocks]
            gone = np.unique(np.concatenate([_NO_ROWS, *(held for _, held in left)]))
            blocks = tuple(block for block, _ in left)
            self._state = _State(blocks, state.people - len(gone), state.words)

    def compact(self) -> None:
        """Merge all people into one block, because more blocks make a look-up slower."""
        with self._changing:
            state, blocks = self._state, self._state.blocks
            words = self._held_words(blocks)
            if len(blocks) > 1:
                blocks = (merge_blocks(blocks),)
            self._state = _State(blocks, state.people, words)

    def candidates(self, said: Details, limit: int) -> Int64s:
        """Return int64 (k,), k <= limit: distinct rows, most likely first by a rough weighting.

        Every detail is optional. Without a name, date, postcode or identifier the result is empty.
        """
        state, forms = self._state, forms_of(said)
        if not state.blocks:
            return np.empty(0, dtype=np.int64)
        tags = np.array(_tag_keys(forms), dtype=np.int64)
        tagged = np.unique(
            np.concatenate([block.tags.find(tags, block.live_tags) for block in state.blocks])
        )
        rows, bits = [tagged], [np.full(len(tagged), name_parameters.ENQUIRY_TAG_ALONE_BITS)]
        for query in self._queries(forms, state):
            found = look_up(state.blocks, query)
            rows.append(found.rows)
            bits.append(found.bits + _tag_bits(found.rows, tagged))
        return _strongest(np.concatenate(rows), np.concatenate(bits), limit)

    def words(self, said: Details) -> CountedWords:
        """Return how many entries have words like those of the stated names."""
        held = self._state.words
        texts = dict.fromkeys(
            word.text
            for words in forms_of(said).names
            for word in (*words.words, *joined_words(words.words))
        )
        return CountedWords(held.entries, tuple(_counted(text, held) for text in texts))

    def _held_words(self, blocks: tuple[Block, ...]) -> HeldWords:
        """Return the words as queries read them, sorted, each with its share of all entries."""
        self._vocabulary.settle()
        entries = max(sum(len(one.entries.rows) for one in blocks), 1)
        shares = np.minimum(self._counts / entries, 1.0)
        return HeldWords(self._vocabulary, shares, 0.5 / entries, entries)

    def _queries(self, forms: Forms, state: _State) -> list[Query]:
        numbers = [self._areas.get(form.outcode, _NO_AREA) for form in forms.postcodes]
        areas = np.array(numbers, dtype=np.int32)
        return [query_of(words, forms.dates, areas, state.words) for words in _names(forms)]

    def _block(self, rows: Iterable[int], details: Sequence[Details]) -> Block:
        entries: list[tuple[int, ...]] = []
        tags: list[tuple[int, int]] = []
        for row, one in zip(rows, details, strict=True):
            forms = searched_forms_of(one)
            names = [self._name_values(words) for words in _names(forms)]
            area = self._area_of(forms)
            entries += [(row, day, area, *name) for name in names for day in forms.dates or (0,)]
            tags += [(key, row) for key in _tag_keys(forms)]
        keyed = np.array(tags, dtype=np.int64).reshape(-1, 2)
        return build_block(
            entries_of(entries), Tags(keys=keyed[:, 0].copy(), rows=keyed[:, 1].copy())
        )

    def _area_of(self, forms: Forms) -> int:
        """Return the number of the postcode area of the first home, or 0 if there is none."""
        if not forms.postcodes:
            return 0
        return self._areas.setdefault(forms.postcodes[0].outcode, len(self._areas) + 1)

    def _name_values(self, words: tuple[NameWord, ...]) -> list[int]:
        add = self._vocabulary.add
        free = [0] * (WORD_SLOTS - len(words))
        joined = [add(word.text) for word in joined_words(words)]
        return [
            *(add(word.text) for word in words),
            *free,
            *joined,
            *[0] * (JOINED_SLOTS - len(joined)),
            *(int(word.field) for word in words),
            *free,
        ]

    def _count(self, block: Block) -> None:
        """Count the words of new entries. Removals do not lower the counts."""
        counts = block.postings.counts(len(self._vocabulary))
        counts[: len(self._counts)] += self._counts
        self._counts = counts


def _names(forms: Forms) -> list[tuple[NameWord, ...]]:
    """Return the distinct names as words; if there are none, one name without words."""
    return list(dict.fromkeys(name.words for name in forms.names if name.words)) or [()]


def _counted(text: str, held: HeldWords) -> CountedWord:
    numbers, likeness = held.alike(text)
    weights = np.rint(held.shares[numbers] * held.entries)
    counts = np.bincount(grades(likeness), weights=weights, minlength=UNLIKE)
    initial = round(held.letter_share(text[0]) * held.entries)
    return CountedWord(text, tuple(counts.astype(np.int64).tolist()), initial)


def _tag_keys(forms: Forms) -> list[int]:
    postcodes = (form.whole for form in forms.postcodes)
    # Not kept, so the faster keys of this process will do.
    return [hash(text) for text in (*forms.pnc_keys, *forms.cro_keys, *postcodes)]


def _tag_bits(rows: Int64s, tagged: Int64s) -> Bits:
    if not len(tagged):
        return np.zeros(len(rows))
    return np.where(np.isin(rows, tagged), name_parameters.ENQUIRY_TAG_BITS, 0.0)


def _settled(blocks: list[Block]) -> tuple[Block, ...]:
    """Merge blocks from the end until each is large enough and at least twice the next one."""
    while len(blocks) > 1:
        before, last = len(blocks[-2].live), len(blocks[-1].live)
        if before >= max(2 * last, name_parameters.ENQUIRY_SMALL_BLOCK):
            break
        blocks[-2:] = [merge_blocks(blocks[-2:])]
    return tuple(blocks)


def _strongest(rows: Int64s, bits: Bits, limit: int) -> Int64s:
    """Return the distinct rows with the most bits; in a tie the lower row comes first."""
    everyone, inverse = np.unique(rows, return_inverse=True)
    best = np.full(len(everyone), -np.inf)
    np.maximum.at(best, inverse, bits)
    if len(best) > limit:
        kept = np.flatnonzero(best >= np.partition(best, -limit)[-limit])
        everyone, best = everyone[kept], best[kept]
    return everyone[np.argsort(-best, kind="stable")[:limit]]
