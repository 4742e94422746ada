"""Single mistakes of typing, hearing and scanning.

`names/slips.json` has the keys that are next to each other on a British keyboard, the letters that
are confused in hearing, and the characters that a scanner confuses.
"""

from collections.abc import Callable, Sequence

from data.synthetic.counters import Draws
from data.synthetic.names.origins import written


def typo(text: str, draws: Draws) -> str:
    """Return the text with one mistake of keyboard, hearing or scanner. Text of fewer than two
    letters is unchanged.
    """
    if len(text) < 2:
        return text
    slip = draws.choice(_SLIPS)
    return slip(text, draws)


def _neighbour(text: str, draws: Draws) -> str:
    at = draws.index(len(text))
    keys = written("slips")["neighbours"].get(text[at].lower(), "e")
    return _spliced(text, at, 1, draws.choice(keys))


def _doubled(text: str, draws: Draws) -> str:
    at = draws.index(len(text))
    return _spliced(text, at, 1, text[at] + text[at].lower())


def _dropped(text: str, draws: Draws) -> str:
    return _spliced(text, draws.index(len(text)), 1, "")


def _transposed(text: str, draws: Draws) -> str:
    at = draws.index(len(text) - 1)
    return _spliced(text, at, 2, text[at + 1] + text[at])


def _misheard(text: str, draws: Draws) -> str:
    return _replaced(text, written("slips")["sounds"], draws)


def _misread(text: str, draws: Draws) -> str:
    return _replaced(text, written("slips")["looks"], draws)


def _replaced(text: str, pairs: Sequence[Sequence[str]], draws: Draws) -> str:
    """Return the text with one applicable replacement made, or with one letter dropped."""
    lower = text.lower()
    fitting = [(lower.index(old), old, new) for old, new in pairs if old in lower]
    if not fitting:
        return _dropped(text, draws)
    at, old, new = draws.choice(fitting)
    return _spliced(text, at, len(old), new)


def _spliced(text: str, at: int, length: int, new: str) -> str:
    """Return the text with `new` in place of `length` letters, in the case found there."""
    replaced = text[:at] + new + text[at + length :]
    return replaced[:1].upper() + replaced[1:].lower() if text.istitle() else replaced


def wrong_digit(text: str, draws: Draws) -> str:
    """Return the text with one of its digits changed. Text without digits is unchanged."""
    places = [at for at, character in enumerate(text) if character.isdigit()]
    if not places:
        return text
    at = draws.choice(places)
    digit = (int(text[at]) + 1 + draws.index(9)) % 10
    return text[:at] + str(digit) + text[at + 1 :]


_SLIPS: tuple[Callable[[str, Draws], str], ...] = (
    _neighbour,
    _neighbour,
    _dropped,
    _dropped,
    _doubled,
    _transposed,
    _transposed,
    _misheard,
    _misheard,
    _misheard,
    _misread,
)
"""The kinds of mistake, an entry a share. By hand: keyboard seven, hearing three, scanner one."""
