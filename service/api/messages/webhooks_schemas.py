"""Webhooks: endpoints of a force, their secrets, and undeliverable messages."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Self

from pydantic import Field, StringConstraints

from domain.access import Caller
from domain.circuits import CircuitState
from domain.events.catalogue import topics
from domain.ids import Topic
from domain.jobs import Job
from service.api.base import SHOWN_IN_ORDER, Answer, Body, NextNumber, PageAnswer
from service.api.codes import TopicCode
from service.usecases.messages.webhooks import AddWebhook, IssuedWebhook

# Printable ASCII without a space: what a URL is written in.
Address = Annotated[
    str,
    StringConstraints(max_length=500, pattern=r"^[\x21-\x7e]+$"),
    Field(json_schema_extra={"format": "uri"}),
]


class WebhookBody(Body):
    """A request to be told."""

    url: Address = Field(description="An https URL that takes POST.")
    topics: Annotated[tuple[TopicCode, ...], Field(min_length=1, max_length=len(topics()))]

    def to_command(self, caller: Caller, *, allow_plain: bool) -> AddWebhook:
        """Return the command."""
        return AddWebhook(caller, self.url, frozenset(self.topics), allow_plain)


class CircuitAnswer(Answer):
    """Whether messages are sent to an endpoint."""

    state: CircuitState = Field(
        description="`open` after five failed attempts in a row: messages wait, one is sent at "
        "`next_attempt_at`, and closes it if it is taken. `resumption` closes it at once."
    )
    since: datetime | None = Field(description="Null: it has never been open.")
    failures: int = Field(description="Failed attempts in a row.")
    next_attempt_at: datetime | None
    last_attempt_at: datetime | None
    last_fault: str = Field(description="What the last failed attempt met; empty: none failed.")


class WebhookAnswer(Answer):
    """An endpoint."""

    endpoint_id: str
    url: str
    topics: Annotated[tuple[TopicCode, ...], SHOWN_IN_ORDER]
    added_at: datetime
    secret_version: int
    is_paused: bool = Field(description="The receiver answered 410; `resumption` ends it.")
    circuit: CircuitAnswer


class WebhookListAnswer(Answer):
    """The endpoints of a force."""

    webhooks: tuple[WebhookAnswer, ...]


class WebhookSecretAnswer(Answer):
    """An endpoint and the secret that its messages are signed with."""

    webhook: WebhookAnswer
    secret: str = Field(description="Shown this once; `whsec_` and base64, for any verifier.")

    @classmethod
    def of(cls, issued: IssuedWebhook) -> Self:
        """Return the answer for a fresh secret."""
        return cls(webhook=issued.endpoint, secret=issued.secret)


class DeadLetterAnswer(Answer):
    """An undeliverable message."""

    message_id: str
    topic: TopicCode
    subject_id: str = Field(description="The search, link or batch that it tells of.")
    at: datetime = Field(description="When it happened.")
    problem: str = Field(description="What the last attempt met.")

    @classmethod
    def of(cls, letter: Job) -> Self:
        """Return the answer for a message."""
        return cls(
            message_id=letter.job_id,
            topic=Topic(letter.topic),
            subject_id=letter.subject_ref,
            at=letter.turn_at,
            problem=letter.problem,
        )


class DeadLetterListAnswer(PageAnswer):
    """A page of undeliverable messages, newest first."""

    dead_letters: tuple[DeadLetterAnswer, ...]
    next_before: NextNumber
