"""Finding a word in a text that holds random ids and figures too."""

import re


def holds(text: str, word: str) -> bool:
    """Return whether a text holds a word: a number by itself, any other word anywhere.

    A year of birth is a part of one of some hundred random ids by chance: "1931" in "9c19310e",
    or in a duration of .1931 ms.
    """
    if not word.isdigit():
        return word in text
    return re.search(rf"(?<![0-9A-Za-z.]){word}(?![0-9A-Za-z])", text) is not None
