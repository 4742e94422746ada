"""Single mistakes of typing, hearing and scanning."""

from __future__ import annotations

from collections.abc import Callable

from data.synthetic.counters import Draws

_NEIGHBOURS = {
    "q": "wa",
    "w": "qes",
    "e": "wrd",
    "r": "etf",
    "t": "ryg",
    "y": "tuh",
    "u": "yij",
    "i": "uok",
    "o": "ipl",
    "p": "ol",
    "a": "qsz",
    "s": "adwx",
    "d": "sfec",
    "f": "dgrv",
    "g": "fhtb",
    "h": "gjyn",
    "j": "hkum",
    "k": "jli",
    "l": "kop",
    "z": "xa",
    "x": "zcs",
    "c": "xvd",
    "v": "cbf",
    "b": "vng",
    "n": "bmh",
    "m": "nj",
}
"""Keys that are next to each other on a British keyboard."""

_SOUNDS = (
    ("ph", "f"),
    ("f", "ph"),
    ("ck", "k"),
    ("c", "k"),
    ("k", "c"),
    ("ie", "y"),
    ("y", "ie"),
    ("ee", "ea"),
    ("ea", "ee"),
    ("ai", "ay"),
    ("ay", "ai"),
    ("z", "s"),
    ("s", "z"),
    ("ll", "l"),
    ("tt", "t"),
    ("nn", "n"),
    ("ss", "s"),
    ("gh", "g"),
    ("ou", "u"),
    ("ow", "ou"),
    ("mac", "mc"),
    ("mc", "mac"),
    ("i", "y"),
    ("e", ""),
    ("oo", "u"),
    ("ei", "ie"),
    ("qu", "kw"),
    ("x", "ks"),
)
"""Letters that are confused in hearing."""

_LOOKS = (
    ("rn", "m"),
    ("m", "rn"),
    ("cl", "d"),
    ("d", "cl"),
    ("vv", "w"),
    ("w", "vv"),
    ("l", "i"),
    ("i", "l"),
    ("h", "b"),
    ("b", "h"),
    ("u", "v"),
    ("e", "c"),
    ("n", "ri"),
    ("O", "Q"),
    ("I", "l"),
    ("S", "5"),
    ("B", "8"),
    ("o", "0"),
)
"""Characters that a scanner confuses."""


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
    keys = _NEIGHBOURS.get(text[at].lower(), "e")
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
    return _replaced(text, _SOUNDS, draws)


def _misread(text: str, draws: Draws) -> str:
    return _replaced(text, _LOOKS, draws)


def _replaced(text: str, pairs: tuple[tuple[str, str], ...], draws: Draws) -> str:
    """Return the text with one applicable replacement made, or with one letter dropped."""
    lower = text.lower()
    fitting = [(lower.index(old), old, new) for old, new in pairs if old in lower]
    if not fitting:
        return _dropped(text, draws)
    at, old, new = draws.choice(fitting)
    return _spliced(text, at, len(old), new)


def _spliced(text: str, at: int, length: int, new: str) -> str:
    """Return the text with `new` in place of `length` letters, in the upper or lower case found
    there.
    """
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
"""The kinds of mistake, one entry for each share. Set by hand: keyboard seven, hearing three,
scanner one.
"""
