"""Rare surnames, composed from parts that sound like their origin. They are the long tail of each
table.

Their parts are those of `tails.json`: first, middle and last, by origin. A leading space means an
empty part.
"""

from functools import cache
from itertools import product

from data.synthetic.names.written import written

MIN_LENGTH = 4
"""The minimum number of letters. A shorter composition is an unlikely surname."""


@cache
def rare_surnames(origin: str) -> tuple[str, ...]:
    """Return the composed surnames of an origin, without repeats, in a fixed order."""
    firsts, middles, lasts = (part.split(" ") for part in written("tails")[origin])
    composed = ("".join(parts) for parts in product(firsts, middles, lasts))
    least = 2 if origin == "chinese" else MIN_LENGTH
    return tuple(dict.fromkeys(name for name in composed if len(name) >= least))
