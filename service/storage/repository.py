"""How a room gives its repositories to a unit of work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from service.storage.transaction import Transaction

Rows = TypeVar("Rows")


@dataclass(eq=False)
class InTransaction:
    """The transaction that the repositories of a unit of work share. Rooms derive from this."""

    _entered: Transaction | None = field(default=None, init=False)
    made: set[str] = field(default_factory=set, init=False)
    """The names of the repositories that exist; they end with the transaction."""

    @property
    def transaction(self) -> Transaction:
        """The transaction; raises RuntimeError outside the `with` block."""
        if self._entered is None:
            raise RuntimeError("Use a unit of work only inside its `with` block.")
        return self._entered

    def leave(self) -> None:
        """Forget the transaction and its repositories."""
        self._entered = None
        while self.made:
            delattr(self, self.made.pop())


class Repository(Generic[Rows]):
    """An attribute of a unit of work: a repository in its transaction, made on first use."""

    def __init__(self, make: Callable[[Transaction], Rows]) -> None:
        self._make = make

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, unit: InTransaction, owner: type) -> Rows:
        made = self._make(unit.transaction)
        # The next access finds it on the unit and does not come here.
        setattr(unit, self._name, made)
        unit.made.add(self._name)
        return made
