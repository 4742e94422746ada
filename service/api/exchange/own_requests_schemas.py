"""Requests to other States, as they travel in both directions."""

from __future__ import annotations

import base64
import json
from datetime import datetime
from typing import Any, Self

from pydantic import Field

from domain.exchange.codec import plain_message
from domain.restrictions import UsePurpose
from service.api.base import Answer, Body, Next, PageAnswer, Text, at
from service.api.people.captures_schemas import CapturedImpressions
from service.api.people.records_schemas import DetailsBody
from service.api.requests.requests_schemas import BasisCode
from service.usecases.exchange.asking import AskStates
from service.usecases.exchange.own_requests import OwnRequest


class OwnRequestBody(Body):
    """A question about a person to every member State of which the person is a national."""

    subject: DetailsBody = Field(description="The person who is asked about.")
    purpose: UsePurpose
    legal_basis: BasisCode
    reference: Text = Field(description="Our own; the answer repeats it.")
    impressions: CapturedImpressions = ()

    def to_command(self) -> AskStates:
        """Return the command; raises InvalidInputError with a pointer."""
        with at("/subject"):
            subject = self.subject.to_domain()
        capture = None
        if self.impressions:
            stated = self.model_dump(mode="json", include={"impressions"}, exclude_none=True)
            capture = base64.b64encode(json.dumps(stated).encode()).decode()
        return AskStates(subject, self.purpose, self.legal_basis, self.reference, capture)


class AskedAnswer(Answer):
    """The messages that ask, one for each State."""

    message_ids: tuple[str, ...]


class OwnRequestHead(Answer):
    """A request to one State."""

    message_id: str
    receiver: str
    asked_at: datetime
    sent_at: datetime | None
    is_answered: bool
    reference: str | None = Field(description="Null once it was erased.")

    @classmethod
    def of(cls, own: OwnRequest) -> Self:
        """Return the answer for a request."""
        return cls(**_head(own))


class OwnRequestsAnswer(PageAnswer):
    """Requests to other States, newest first."""

    requests: tuple[OwnRequestHead, ...]
    next_before: Next


class OwnRequestAnswer(OwnRequestHead):
    """A request to one State with the messages that answer it."""

    answers: tuple[dict[str, Any], ...] = Field(
        description="Messages of the published schema, oldest first."
    )

    @classmethod
    def of(cls, own: OwnRequest) -> Self:
        """Return the answer for a request."""
        return cls(**_head(own), answers=tuple(map(plain_message, own.answers)))


def _head(own: OwnRequest) -> dict[str, Any]:
    asked = own.asked
    return {
        "message_id": asked.message_id,
        "receiver": asked.receiver,
        "asked_at": asked.asked_at,
        "sent_at": asked.sent_at,
        "is_answered": asked.is_answered,
        "reference": own.content.reference if own.content else None,
    }
