"""An in-memory index of millions of people by stated details, kept up to date."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from domain.errors import InvalidInputError
from matching.enquiry.block import Block, Entries, Tags, build_block, merge_blocks
from matching.enquiry.expansion import forenames_like, surnames_like
from matching.enquiry.lookup import Query, look_up
from matching.enquiry.ranking import date_bits, name_bits
from matching.enquiry.vocabulary import Vocabulary
from matching.parameters import ENQUIRY_SMALL_BLOCK, ENQUIRY_TAG_BITS
from matching.prepared import forms_of, key_of, searched_forms_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from domain.people import Details
    from matching.levels import Bits
    from matching.names.parts import NameParts
    from matching.prepared import Forms

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class _State:
    """Everything a query reads; each change replaces it as a whole."""

    blocks: tuple[Block, ...]
    people: int
    counts: Rows
    """int64 (vocabulary,): the number of names that hold each word."""

    def rarity(self, words: Rows) -> Bits:
        """Return float64 (n,): log2(held names / names with this word)."""
        counts = np.maximum(self.counts[words], 1)
        return np.asarray(np.log2(max(int(self.counts.sum()) / 2, 1.0) / counts))


class NamesIndex:
    """Finds the rows of people whose details may match stated ones.

    Queries are safe from any thread and see every completed change; changes are serialised.
    Memory: about 110 bytes a person.
    """

    def __init__(self) -> None:
        self._vocabulary = Vocabulary()
        self._state = _State(blocks=(), people=0, counts=np.zeros(1, dtype=np.int64))
        self._changing = Lock()

    def __len__(self) -> int:
        """Return the number of people held."""
        return self._state.people

    @property
    def bytes_held(self) -> int:
        """Memory of the index in bytes: its arrays and its words."""
        return sum(block.bytes_held for block in self._state.blocks) + self._vocabulary.bytes_held

    def add(self, rows: Rows, details: Sequence[Details]) -> None:
        """Add people. Remove a held row before adding it again.

        `rows`: int64 (n,). Raises InvalidInputError unless there is one Details per row.
        """
        if len(rows) != len(details):
            raise InvalidInputError("The number of details differs from the number of rows.")
        with self._changing:
            state = self._state
            block = self._block(rows.tolist(), details)
            self._state = _State(
                blocks=_settled([*state.blocks, block]),
                people=state.people + len(rows),
                counts=self._with_counts(state.counts, block.entries),
            )

    def remove(self, rows: Rows) -> None:
        """Remove people, int64 (n,); rows that are not held are ignored."""
        with self._changing:
            state = self._state
            held = [np.intersect1d(rows, _live_rows(block)) for block in state.blocks]
            gone = len(np.unique(np.concatenate(held))) if held else 0
            blocks = tuple(
                block.without(found) if len(found) else block
                for block, found in zip(state.blocks, held, strict=True)
            )
            self._state = _State(blocks=blocks, people=state.people - gone, counts=state.counts)

    def candidates(self, said: Details, limit: int) -> Rows:
        """Return int64 (k,), k <= limit: distinct rows, likeliest first by a rough weighting.

        Everything is optional; without a name, date, postcode or identifier the result is empty.
        """
        state, forms = self._state, forms_of(said)
        rows, bits = [], []
        queries = self._queries(forms)
        for block in state.blocks:
            for query in queries:
                entries = block.entries.take(look_up(block, query))
                names = name_bits(entries, query, self._vocabulary, state.rarity)
                rows.append(entries.rows)
                bits.append(names + date_bits(entries, forms.dates))
            tagged = block.tags.find(np.array(_tag_keys(forms), dtype=np.int64), block.live_tags)
            rows.append(tagged)
            bits.append(np.full(len(tagged), ENQUIRY_TAG_BITS))
        return _strongest(rows, bits, limit)

    def _queries(self, forms: Forms) -> list[Query]:
        queries = [self._query(name, forms.dates) for name in forms.names]
        return queries or [Query(forename=None, surname=None, sound=0, dates=forms.dates)]

    def _query(self, name: NameParts, dates: tuple[int, ...]) -> Query:
        words = self._vocabulary
        return Query(
            forename=forenames_like(name.forename, words) if name.forename else None,
            surname=surnames_like(name.surname, name.surname_tokens, words)
            if name.surname
            else None,
            sound=words.sound_of(name.surname),
            dates=dates,
        )

    def _block(self, rows: Iterable[int], details: Sequence[Details]) -> Block:
        entries: list[tuple[int, int, int, int]] = []
        tags: list[tuple[int, int]] = []
        for row, one in zip(rows, details, strict=True):
            forms = searched_forms_of(one)
            dates = forms.dates or (0,)
            entries += [(row, *name, day) for name in self._names(forms) for day in dates]
            tags += [(key, row) for key in _tag_keys(forms)]
        table = np.array(entries, dtype=np.int64).reshape(-1, 4)
        forenames, surnames, days = table[:, 1:].T.astype(np.int32)
        keyed = np.array(tags, dtype=np.int64).reshape(-1, 2)
        return build_block(
            Entries(
                rows=table[:, 0].copy(),
                forenames=forenames,
                surnames=surnames,
                surname_sounds=self._vocabulary.sounds(surnames),
                dates=days,
            ),
            Tags(keys=keyed[:, 0].copy(), rows=keyed[:, 1].copy()),
        )

    def _names(self, forms: Forms) -> list[tuple[int, int]]:
        add = self._vocabulary.add
        names = [
            (add(name.forename), add(surname))
            for name in forms.names
            for surname in dict.fromkeys((name.surname, *name.surname_tokens))
        ]
        return list(dict.fromkeys(names)) or [(0, 0)]

    def _with_counts(self, counts: Rows, entries: Entries) -> Rows:
        """Return the counts of words, including those of new entries.

        Removals do not lower them: the counts only give a rough idea of a word's rarity.
        """
        size = len(self._vocabulary)
        added = np.bincount(entries.surnames, minlength=size)
        added += np.bincount(entries.forenames, minlength=size)
        added[: len(counts)] += counts
        return added


def _tag_keys(forms: Forms) -> list[int]:
    postcodes = (form.whole for form in forms.postcodes)
    return [key_of(text) for text in (*forms.pnc_keys, *forms.cro_keys, *postcodes)]


def _live_rows(block: Block) -> Rows:
    return np.concatenate([block.entries.rows[block.live], block.tags.rows[block.live_tags]])


def _settled(blocks: list[Block]) -> tuple[Block, ...]:
    """Merge from the end until blocks are few: each large, and twice as large as the next."""
    while len(blocks) > 1:
        before, last = len(blocks[-2].live), len(blocks[-1].live)
        if before >= max(2 * last, ENQUIRY_SMALL_BLOCK):
            break
        blocks[-2:] = [merge_blocks(blocks[-2:])]
    return tuple(blocks)


def _strongest(rows: list[Rows], bits: list[Bits], limit: int) -> Rows:
    if not rows:
        return np.empty(0, dtype=np.int64)
    everyone, inverse = np.unique(np.concatenate(rows), return_inverse=True)
    best = np.full(len(everyone), -np.inf)
    np.maximum.at(best, inverse, np.concatenate(bits))
    return everyone[np.argsort(-best, kind="stable")[:limit]]
