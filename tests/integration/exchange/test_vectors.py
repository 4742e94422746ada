"""What a State may say of one conviction, row by row: `tests/golden/law_told.txt`."""

from __future__ import annotations

import pytest

from domain.agencies.matters import WAITING, MatterState
from domain.exchange.contents import StatedSanction
from domain.exchange.messages import Content
from domain.people.convictions import SentenceKind
from tests.integration.exchange.telling import Teller, deletion, notice
from tests.integration.exchange.test_told import matters, poland
from tests.unit.rules.test_law_table import _rows

pytestmark = pytest.mark.promise("records")

__all__ = ["poland"]


def _content(text: str) -> Content:
    first, second, *state = text.removesuffix(" of FRA").split()
    assert not state
    if first == "deletion":
        return deletion(int(second))
    country = "FRA" if text.endswith(" of FRA") else "POL"
    sanctions = (StatedSanction(SentenceKind(second)),)
    return notice(version=int(first), sanctions=sanctions, country=country)


@pytest.mark.parametrize("row", _rows("law_told.txt"), ids=lambda row: row[0])
def test_what_a_state_says_of_one_conviction(row: list[str], poland: Teller) -> None:
    _, told, answers, sentences, apart = row

    found = [one.tell(_content(text)) for one, text in ((poland, t) for t in told.split("; "))]

    assert "; ".join(fault or "taken" for (fault,) in found) == answers
    left = [one for one in matters(poland) if one.state in WAITING]
    kept_apart = [one for one in left if one.state is MatterState.QUARANTINED]
    standing = [
        sanction.kind
        for one in left
        if one.told is not None and one not in kept_apart
        for sanction in one.told.conviction.sanctions
    ]
    assert ("; ".join(standing) or "none", str(len(kept_apart))) == (sentences, apart)
