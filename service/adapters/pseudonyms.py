"""Accounts and addresses of callers in the operational log: pseudonyms under a key of the store.

A pseudonym is `a-PERIOD-DIGITS` for an account and `s-PERIOD-DIGITS` for a source address:
HMAC-SHA256 of kind, period and value. Within one period the same caller has the same pseudonym;
the next period has others, so that lines of different periods cannot be connected without the key.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path

from domain.errors import InvalidInputError
from domain.ids import ForceCode, UserId
from service.adapters.secret_files import read_secret

_KEY_NAME = "pseudonyms.key"
"""The file of the key, in the keys directory."""

_DIGITS = 20
"""Hexadecimal digits of a pseudonym: 80 bits, so that no two callers share one by chance."""

_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
_PARTS = re.compile(r"([as])-([0-9]{1,6})-([0-9a-f]{20})").fullmatch


class PseudonymKind(StrEnum):
    """Whose pseudonym it is."""

    ACCOUNT = "a"
    SOURCE = "s"


@dataclass(frozen=True, slots=True)
class Pseudonyms:
    """Makes pseudonyms. Thread-safe."""

    key: bytes = field(repr=False)
    """32 secret bytes."""
    period: timedelta
    clock: Callable[[], datetime]

    def of_account(self, user_id: UserId, force: ForceCode | None) -> str:
        """Return the pseudonym of an account; a name may exist in several forces."""
        return self._of(PseudonymKind.ACCOUNT, self._now(), f"{user_id}\0{force or ''}")

    def of_source(self, address: str) -> str:
        """Return the pseudonym of the address that a call came from."""
        return self._of(PseudonymKind.SOURCE, self._now(), address)

    def account_behind(
        self, pseudonym: str, known: Iterable[tuple[UserId, ForceCode | None]]
    ) -> tuple[UserId, ForceCode | None] | None:
        """Return the account with this pseudonym; raises InvalidInputError for no pseudonym."""
        period = _period_of(pseudonym, PseudonymKind.ACCOUNT)
        for user_id, force in known:
            text = f"{user_id}\0{force or ''}"
            if self._of(PseudonymKind.ACCOUNT, period, text) == pseudonym:
                return user_id, force
        return None

    def source_behind(self, pseudonym: str, addresses: Iterable[str]) -> str | None:
        """Return the address with this pseudonym; raises InvalidInputError for no pseudonym."""
        period = _period_of(pseudonym, PseudonymKind.SOURCE)
        for address in addresses:
            if self._of(PseudonymKind.SOURCE, period, address) == pseudonym:
                return address
        return None

    def _now(self) -> int:
        return (self.clock() - _EPOCH) // self.period

    def _of(self, kind: PseudonymKind, period: int, value: str) -> str:
        text = f"{kind}\0{period}\0{value}".encode()
        digits = hmac.new(self.key, text, hashlib.sha256).hexdigest()[:_DIGITS]
        return f"{kind}-{period}-{digits}"


def open_pseudonyms(
    keys_directory: Path, period: timedelta, clock: Callable[[], datetime]
) -> Pseudonyms:
    """Return the pseudonyms of a store; their key is made on first use.

    Raises ConfigurationError for a faulty key file.
    """
    return Pseudonyms(read_secret(keys_directory / _KEY_NAME), period, clock)


def kind_of_pseudonym(pseudonym: str) -> PseudonymKind:
    """Return whose pseudonym a text is; raises InvalidInputError."""
    found = _PARTS(pseudonym)
    if found is None:
        raise InvalidInputError(
            "That is no pseudonym: copy `actor` or `source` from a line of the log."
        )
    return PseudonymKind(found[1])


def _period_of(pseudonym: str, kind: PseudonymKind) -> int:
    if kind_of_pseudonym(pseudonym) is not kind:
        raise InvalidInputError("The pseudonym is of another kind.")
    return int(pseudonym.split("-")[1])
