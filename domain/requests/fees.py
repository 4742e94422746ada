"""Fees of a request: what was asked, paid, waived and refunded, each an entry of its log."""

from __future__ import annotations

from dataclasses import dataclass, replace

from domain.errors import InvalidInputError
from domain.requests.request_states import Step

MOST_PENCE = 1_000_000
"""The largest amount of one entry."""


@dataclass(frozen=True, slots=True)
class Fees:
    """The amounts of a request, in pence."""

    asked: int = 0
    paid: int = 0
    waived: int = 0
    refunded: int = 0

    @property
    def due(self) -> int:
        """What still has to be paid."""
        return self.asked - self.paid - self.waived

    @property
    def kept(self) -> int:
        """What was paid and not refunded."""
        return self.paid - self.refunded

    def after(self, *steps: tuple[Step, int]) -> Fees:
        """Return the amounts after further steps.

        Raises InvalidInputError for an amount that is out of range, that pays or waives more than
        is due, or that refunds more than was paid.
        """
        fees = self
        for step, pence in steps:
            fees = fees._after(step, pence)
        return fees

    def _after(self, step: Step, pence: int) -> Fees:
        name, most, fault = {
            Step.ASK_FEE: ("asked", MOST_PENCE, "is too large"),
            Step.TAKE_FEE: ("paid", self.due, "is more than is due"),
            Step.WAIVE_FEE: ("waived", self.due, "is more than is due"),
            Step.REFUND_FEE: ("refunded", self.kept, "is more than was paid and kept"),
        }[step]
        if not 1 <= pence <= most:
            fault = fault if pence > 0 else "must be at least 1 penny"
            raise InvalidInputError(f"The amount {fault}: correct it.", pointer="/pence")
        return replace(self, **{name: getattr(self, name) + pence})


def amount_text(pence: int) -> str:
    """Return a sum of money in the form used in the log of a request."""
    return f"{pence // 100}.{pence % 100:02} GBP"


def pence_of(text: str) -> int:
    """Return the pence of a sum of money that the log of a request states."""
    return int(text.removesuffix(" GBP").replace(".", ""))
