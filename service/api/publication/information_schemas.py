"""Answers to requests for information."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints

from domain.access import Caller
from domain.ids import RequestId
from domain.publication.answers import InformationAnswer, InformationOutcome
from service.api.base import Answer, Body, Next, PageAnswer, Reason
from service.usecases.publication.information import AnswerInformation

Section = Annotated[str, StringConstraints(pattern=r"^s[0-9]{1,3}[A-Z]?$")]
Matter = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{0,40}$")]


class InformationAnswerBody(Body):
    """An answer to a request for information."""

    expected_version: int = Field(ge=1, description="The version that the caller has read.")
    outcome: InformationOutcome = Field(description="The outcome.")
    question: Reason = Field(description="The question as it is published: it names no asker.")
    answer: Reason = Field(description="The answer as it is published.")
    exemptions: tuple[Section, ...] = Field(
        default=(), strict=False, description="Sections of the Act, such as s40, of a refusal."
    )
    matter: Matter = Field(
        default="", description="A code that requests on like matter share: their hours add up."
    )
    hours: int = Field(
        default=0, ge=0, le=10_000, description="Finding, locating, retrieving, extracting."
    )
    is_counted_here: bool = Field(
        default=False, description="Whether the statistics hold it: cost is no ground then."
    )

    def to_command(self, caller: Caller, request_id: RequestId) -> AnswerInformation:
        """Return the command; raises InvalidInputError."""
        answer = InformationAnswer(
            self.outcome,
            self.question,
            self.answer,
            self.exemptions,
            self.matter,
            self.hours,
            self.is_counted_here,
        )
        return AnswerInformation(caller, request_id, self.expected_version, answer)


class PublishedAnswerAnswer(Answer):
    """An entry of the disclosure log: never the asker."""

    answered_on: date = Field(description="The day of the answer.")
    outcome: InformationOutcome = Field(description="The outcome.")
    exemptions: tuple[str, ...] = Field(description="Sections of the Act that were used.")
    question: str = Field(description="The question as it is published.")
    answer: str = Field(description="The answer as it is published.")


class DisclosureLogAnswer(PageAnswer):
    """The disclosure log, newest first."""

    answers: tuple[PublishedAnswerAnswer, ...] = Field(description="The answers.")
    next_before: Next
