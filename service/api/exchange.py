"""Signed transmissions from other States; and our case officers' own requests to them."""

import base64
import json
from datetime import datetime
from typing import Annotated, Any

from fastapi import Request, Response
from pydantic import BeforeValidator, Field, StringConstraints

from domain import errors
from domain.exchange.codes import MessageFaultError, MessageId
from domain.exchange.messages import MOST_BYTES, plain_message
from domain.restrictions import UsePurpose
from service.api.authentication import RequestReader, RequestWorker
from service.api.base import Answer, Body, Next, PageAnswer, Text
from service.api.bodies import Before, BodyOf, IdempotencyOf, IdInPath, Limit
from service.api.call_routes import CallRouter
from service.api.people.captures import CapturedImpressions
from service.api.people.records_schemas import DetailsBody
from service.api.problems import (
    MalformedJsonError,
    MalformedRequestError,
    UnsupportedMediaTypeError,
)
from service.api.requests.requests import BasisCode
from service.api.shapes import From
from service.api.state import StateOf, count_refusal
from service.channels.exchange.xml_schema import schema_text, xml_schema
from service.usecases.exchange import asking, receiving


class OwnRequestBody(Body):
    """A question about a person to every member State of which that person is a national."""

    subject: Annotated[DetailsBody, From("details")]
    """The person that the question is about."""
    purpose: UsePurpose
    legal_basis: BasisCode
    reference: Text = Field(description="Our own reference; the answer repeats it.")
    impressions: CapturedImpressions = ()

    def capture(self) -> str | None:
        """Return the impressions as sent to the other State, base64; None if there are none."""
        if not self.impressions:
            return None
        stated = self.model_dump(mode="json", include={"impressions"}, exclude_none=True)
        return base64.b64encode(json.dumps(stated).encode()).decode()


class AskedAnswer(Answer):
    """The messages that carry the question, one for each State."""

    message_ids: tuple[str, ...]


class OwnRequestHead(Answer):
    """A request to one State."""

    of_part = "asked"

    message_id: MessageId
    receiver: str
    """The State that was asked, ISO 3166-1 alpha-3."""
    asked_at: datetime
    """When the question was asked."""
    sent_at: datetime | None
    """When the message was sent; null until then."""
    is_answered: bool
    """Whether that State has answered."""
    reference: Annotated[str | None, From("content.reference")]
    """Null once it has been erased."""


class OwnRequestsAnswer(PageAnswer):
    """Requests to other States, newest first."""

    requests: tuple[OwnRequestHead, ...]
    next_before: Next


class OwnRequestAnswer(OwnRequestHead):
    """A request to one State with the messages that answer it."""

    answers: Annotated[
        tuple[Annotated[dict[str, Any], BeforeValidator(plain_message)], ...], From("answers")
    ] = Field(description="Messages in the form of the published schema, oldest first.")


router = CallRouter(prefix="/v1/exchange/requests", tags=["case officer"])


@router.post("", errors.InvalidDateError, status_code=201)
def post_own_request(
    call: RequestWorker, body: BodyOf[OwnRequestBody], key: IdempotencyOf, state: StateOf
) -> AskedAnswer:
    """Ask every member State of which the person is a national."""
    command = body.to(asking.AskStates, capture=body.capture())
    ids = asking.ask_as_officer(state.services, state.exchange, call.caller, command, key)
    return AskedAnswer(message_ids=ids)


@router.get("")
def get_own_requests(
    call: RequestReader, before: Before = None, limit: Limit = 50
) -> OwnRequestsAnswer:
    """Return requests to other States, newest first."""
    return OwnRequestsAnswer.of(call.use(asking.list_own_requests, before=before, limit=limit))


@router.get("/{asked_id}")
def get_own_request(call: RequestReader, asked_id: IdInPath) -> OwnRequestAnswer:
    """Return a request to a State with the messages that answer it."""
    return OwnRequestAnswer.of(call.use(asking.show_own_request, MessageId(asked_id)))


# Base64 takes four characters for three bytes; the rest is the header and the signature.
_Transmission = Annotated[
    str, StringConstraints(min_length=1, max_length=MOST_BYTES * 4 // 3 + 4_000)
]


class TransmissionsBody(Body):
    """Signed messages: JSON Web Signatures in compact form, Ed25519."""

    transmissions: tuple[_Transmission, ...] = Field(
        min_length=1, max_length=receiving.MOST_TRANSMISSIONS, strict=False
    )


class TransmissionsAnswer(Answer):
    """Signed answers, one to each message that requires an answer."""

    transmissions: tuple[str, ...]
    """Signed messages: JSON Web Signatures in compact form, Ed25519."""


EXCHANGE_PATH = "/v1/exchange/messages"
MOST_BODY_BYTES = 16_777_216
"""The largest body that is read, in bytes."""

messages = CallRouter(prefix="/v1/exchange", tags=["exchange"])

_FAULTS = (
    *(errors.NotFoundError, MessageFaultError, errors.RateLimitedError),
    *(MalformedJsonError, MalformedRequestError, UnsupportedMediaTypeError),
)


@messages.post("/messages", *_FAULTS)
def post_messages(
    request: Request, state: StateOf, body: BodyOf[TransmissionsBody]
) -> TransmissionsAnswer:
    """Take signed messages from another State, and answer each with a signed message."""
    if state.exchange is None:
        raise errors.NotFoundError
    act = receiving.request_taker(state.services)
    try:
        answers = receiving.receive(state.services, state.exchange, body.transmissions, act)
    except MessageFaultError:
        count_refusal(request, state)
        raise
    return TransmissionsAnswer(transmissions=answers)


@messages.get("/schema.json", response_class=Response)
def get_json_schema() -> Response:
    """Return the JSON Schema of a message."""
    return Response(schema_text(), media_type="application/schema+json")


@messages.get("/schema.xsd", response_class=Response)
def get_xml_schema() -> Response:
    """Return the XML Schema of a message in a drop folder."""
    return Response(xml_schema(), media_type="application/xml")


ROUTERS = (messages, router)
