"""Releases of figures."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Self

from pydantic import Field, StringConstraints

from domain.publication.facts import Quarter
from domain.publication.releases import Release
from service.api.base import Answer, Body, Text

QuarterText = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}Q[1-4]$")]


class QuarterBody(Body):
    """A quarter to release."""

    quarter: QuarterText = Field(description="Such as 2026Q4; it has to be over.")

    def to_quarter(self) -> Quarter:
        """Return the quarter; raises InvalidInputError."""
        return Quarter.parse(self.quarter)


class TableBody(Body):
    """A table of a release."""

    service: Text = Field(description="The service that it counts.")
    cut: Text = Field(description="The name of the cut.")


class ReleaseWithdrawalBody(Body):
    """Tables to withdraw from a release."""

    tables: tuple[TableBody, ...] = Field(
        strict=False, min_length=1, max_length=500, description="The tables to withdraw."
    )
    note: str = Field(min_length=1, max_length=1_000, description="Why, as it is published.")


class CellAnswer(Answer):
    """One class of a table."""

    name: str = Field(description="The class.")
    figure: int | str = Field(description="Rounded; `*` a small number, `:` withheld.")
    percent: int | None = Field(
        description="Of the total, from rounded figures; null on a small base."
    )


class TableAnswer(Answer):
    """One allowed cut of one service."""

    service: str = Field(description="The service that it counts.")
    cut: str = Field(description="The name of the cut.")
    title: str = Field(description="The cut in words.")
    total: int | str = Field(description="Rounded by itself: classes need not add up to it.")
    base: int = Field(description="The base that classes are rounded to.")
    cells: tuple[CellAnswer, ...] = Field(description="The classes.")


class ReleaseAnswer(Answer):
    """A frozen release."""

    quarter: str = Field(description="The quarter.")
    version: int = Field(description="From 1; a later one withdraws tables.")
    rules: str = Field(description="Cube and policy of disclosure control.")
    query_sha256: str = Field(description="SHA-256 of the question that was counted.")
    content_sha256: str = Field(description="SHA-256 of the published figures.")
    log_size: int = Field(description="Size of the log as the figures were counted.")
    log_root: str = Field(description="Root of the log as the figures were counted.")
    released_at: datetime = Field(description="When it was released.")
    note: str = Field(description="Why a later version was made; empty for the first.")
    tables: tuple[TableAnswer, ...] = Field(description="The released tables.")

    @classmethod
    def of(cls, value: Release, /) -> Self:
        """Return the answer that shows a release."""
        content = value.content
        return cls.showing(
            value,
            quarter=str(value.quarter),
            rules=content.rules,
            query_sha256=content.query_sha256,
            tables=content.tables,
        )


class ReleaseListAnswer(Answer):
    """Every release, the newest first."""

    releases: tuple[ReleaseAnswer, ...] = Field(description="The releases.")
