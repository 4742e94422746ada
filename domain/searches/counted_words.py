"""How many names on record have words like those of a stated name, as a gallery counts them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CountedWord:
    """A stated word, and how many entries of the gallery have a word like it.

    `alike`: the number of entries for each grade of likeness, the same word first. `initial`: the
    number of words in entries that begin with the letter of this word.
    """

    text: str
    alike: tuple[int, ...]
    initial: int


@dataclass(frozen=True, slots=True)
class CountedWords:
    """The words of a statement, as counted among the entries of a gallery.

    An entry is a name of a person with one date of birth. Removals do not lower the counts.
    """

    entries: int
    words: tuple[CountedWord, ...] = ()


NOTHING_COUNTED = CountedWords(0)
