"""Pseudonyms for the accounts and addresses of callers in the operational log, made with a key of
the store.

A pseudonym is `a-PERIOD-DIGITS` for an account and `s-PERIOD-DIGITS` for a source address: the
HMAC-SHA256 of kind, period and value. Within one period a caller always has the same pseudonym. In
the next period it is different, so log lines of different periods cannot be connected without the
key.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from domain.errors import InvalidInputError
from domain.ids import ForceCode, UserId
from domain.store_secrets import Mac

_DIGITS = 20
"""Hexadecimal digits of a pseudonym: 80 bits, so that no two callers have the same
one by chance."""

Account = tuple[UserId, ForceCode | None]

_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
_PARTS = re.compile(r"([as])-([0-9]{1,6})-([0-9a-f]{20})").fullmatch


class PseudonymKind(StrEnum):
    """What a pseudonym stands for: an account or a source address."""

    ACCOUNT = "a"
    SOURCE = "s"


@dataclass(frozen=True, slots=True)
class Pseudonyms:
    """Makes pseudonyms. Thread-safe."""

    mac: Mac
    """Keyed digests under a key of the store."""
    period: timedelta
    clock: Callable[[], datetime]

    def of_call(
        self, account: Account | None, address: str, *, period: int | None = None
    ) -> tuple[str, str]:
        """Return the pseudonyms of the account and the address of a call; an empty text if there
        is none.

        `account` is a name and its force, because several forces may use the same name. `period`
        defaults to the present period.
        """
        at = (self.clock() - _EPOCH) // self.period if period is None else period
        whole = f"{account[0]}\0{account[1] or ''}" if account else ""
        made = [
            f"{kind}-{at}-" + self.mac(f"{kind}\0{at}\0{value}".encode()).hex()[:_DIGITS]
            if value
            else ""
            for kind, value in (("a", whole), ("s", address))
        ]
        return made[0], made[1]

    def account_behind(self, pseudonym: str, known: Iterable[Account]) -> Account | None:
        """Return the account with this pseudonym, or None. Raises InvalidInputError if the text is
        not a pseudonym.
        """
        period = _period_of(pseudonym, PseudonymKind.ACCOUNT)
        for account in known:
            if self.of_call(account, "", period=period)[0] == pseudonym:
                return account
        return None

    def source_behind(self, pseudonym: str, addresses: Iterable[str]) -> str | None:
        """Return the address with this pseudonym, or None. Raises InvalidInputError if the text is
        not a pseudonym.
        """
        period = _period_of(pseudonym, PseudonymKind.SOURCE)
        for address in addresses:
            if self.of_call(None, address, period=period)[1] == pseudonym:
                return address
        return None


def kind_of_pseudonym(pseudonym: str) -> PseudonymKind:
    """Return the kind of a pseudonym. Raises InvalidInputError if the text is not a pseudonym."""
    found = _PARTS(pseudonym)
    if found is None:
        raise InvalidInputError(
            "This is not a pseudonym: copy `actor` or `source` from a line of the log."
        )
    return PseudonymKind(found[1])


def _period_of(pseudonym: str, kind: PseudonymKind) -> int:
    if kind_of_pseudonym(pseudonym) is not kind:
        raise InvalidInputError(
            "The pseudonym is of another kind: copy it from the right field of the log."
        )
    return int(pseudonym.split("-")[1])
