"""Other forms of a name, spoken or written: nicknames, other spellings, feminine forms.

The lists are those of `variants.json`, with alternative romanisations by family of spelling rules.
"""

from functools import cache

from anyascii import anyascii

from data.synthetic.names.written import written


def _groups(kind: str) -> list[list[str]]:
    return [group.split() for group in written("variants")[kind]]


@cache
def _nickname_index() -> dict[str, tuple[str, ...]]:
    index: dict[str, list[str]] = {}
    for full, *nicknames in _groups("nicknames"):
        index.setdefault(full, []).extend(nicknames)
        for nickname in nicknames:
            index.setdefault(nickname, []).append(full)
    return {name: tuple(dict.fromkeys(others)) for name, others in index.items()}


@cache
def _spelling_index() -> dict[str, tuple[str, ...]]:
    index: dict[str, list[str]] = {}
    for group in _groups("spellings"):
        for name in group:
            index.setdefault(name, []).extend(other for other in group if other != name)
    return {name: tuple(dict.fromkeys(others)) for name, others in index.items()}


def nicknames(forename: str) -> tuple[str, ...]:
    """Return the nicknames of this forename, and the full names of which it is a short form."""
    return _nickname_index().get(forename, ())


def spellings(name: str, family: str) -> tuple[str, ...]:
    """Return other spellings of a name: from the list, by rule, and without diacritics.

    `family` selects the rules of romanisation. It may be empty.
    """
    ruled = (
        _replaced(name, old, new)
        for old, new in written("variants")["rules"].get(family, ())
        if old in name.lower()
    )
    plain = anyascii(name)
    others = dict.fromkeys([*_spelling_index().get(name, ()), plain, *ruled])
    return tuple(other for other in others if other != name)


def _replaced(name: str, old: str, new: str) -> str:
    at = name.lower().index(old.lower())
    changed = name[:at] + new + name[at + len(old) :]
    return changed[0].upper() + changed[1:] if at == 0 else changed


def feminine(surname: str, origin: str) -> str:
    """Return the feminine of a surname: Polish -ski, -cki, -dzki become -ska, -cka, -dzka."""
    if origin == "polish" and surname.endswith(("ski", "cki", "dzki")):
        return surname[:-1] + "a"
    return surname


def hyphenated(first: str, second: str) -> str:
    """Return a double surname. If a part is already double, only its first half is used."""
    return f"{first.partition('-')[0]}-{second.partition('-')[0]}"
