"""Files of labelled pairs: one JSON object a line, in the words of the API."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, ValidationError

from domain.errors import InvalidInputError, LinkingError
from matching.own.own_data import LabelledPair, Side
from prints.print_format import PrintFormat
from service.api.base import Body
from service.api.people.captures import Impressions, read_impressions
from service.api.people.records_schemas import DetailsBody

_Pseudonym = Annotated[str, StringConstraints(min_length=1, max_length=64)]


class SideBody(Body):
    """One capture of a pair."""

    person: _Pseudonym
    details: DetailsBody = DetailsBody()
    impressions: Impressions = ()


class PairBody(Body):
    """A line of a file: two captures, and whether one person gave both."""

    label: Literal["mated", "non-mated"]
    collected: Annotated[str, StringConstraints(pattern=r"^[12]\d{3}-(0[1-9]|1[0-2])$")] = Field(
        description="Year and month in which the later capture was made."
    )
    law: Annotated[str, StringConstraints(min_length=1, max_length=64)] = Field(
        description="The equipment or office whose prints may follow a law of their own."
    )
    first: SideBody = Field(description="The capture that was asked with.")
    second: SideBody = Field(description="The capture on record.")


def read_pairs(files: Sequence[Path], fmt: PrintFormat) -> Iterator[LabelledPair]:
    """Yield the pairs of files; raises InvalidInputError that names file and line alone."""
    for number, path in enumerate(files, 1):
        with path.open("rb") as lines:
            for line, content in enumerate(lines, 1):
                if content.strip():
                    yield _pair(content, f"File {number}, line {line}", fmt)


def _pair(content: bytes, place: str, fmt: PrintFormat) -> LabelledPair:
    try:
        body = PairBody.model_validate_json(content)
        first, second = _side(body.first, fmt), _side(body.second, fmt)
    except ValidationError as error:
        where = sorted({"/" + "/".join(map(str, fault["loc"])) for fault in error.errors()})
        raise InvalidInputError(
            f"{place} is not a labelled pair: check {', '.join(where)}."
        ) from None
    except LinkingError as error:
        raise InvalidInputError(f"{place}: {error}") from None
    return LabelledPair(body.label == "mated", body.collected, body.law, "file", first, second)


def _side(body: SideBody, fmt: PrintFormat) -> Side:
    return Side(body.person, body.details.to_domain(), read_impressions(body.impressions, fmt))
