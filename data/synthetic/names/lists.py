"""Common names by origin: lists that come with Faker (MIT licence), and lists of this project.

Faker is read once, only for its tables; its generators are not used. The lists of this project are
everyday names, written down for this generator where Faker has none in Latin script.
"""

from functools import cache
from importlib import import_module

from data.synthetic.names.written import written


@cache
def weighted_names(source: str) -> tuple[tuple[str, float], ...]:
    """Return the names of one list with relative weights, without repeats.

    `source` is `own:KEY` for a list of this project or `LOCALE:ATTRIBUTE` for a list of Faker. A
    list with weights keeps them. In the lists of this project, the weights fall in the order of
    the list. Faker's plain lists are in alphabetical order, so every name gets the same weight.
    """
    origin, _, key = source.partition(":")
    if origin == "own":
        names = dict.fromkeys(written("lists")[key].split())
        return tuple((name, 1.0 / (rank + 4.0)) for rank, name in enumerate(names))
    provider = import_module(f"faker.providers.person.{origin}").Provider
    values = getattr(provider, key)
    if isinstance(values, dict):
        return tuple((str(name), float(weight)) for name, weight in values.items())
    return tuple((str(name), 1.0) for name in dict.fromkeys(values) if " " not in str(name))
