"""Takes and answers signed transmissions from other States, and publishes the schemas.

A call needs no token: each transmission is signed with a key that was registered for its State.
"""

from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import Field, StringConstraints

from domain.errors import NotFoundError, RateLimitedError
from domain.exchange.codec import MOST_BYTES
from domain.exchange.codes import MessageFaultError
from service.api.base import Answer, Body
from service.api.bodies import BodyOf
from service.api.documentation import problems
from service.api.refusals import (
    MalformedJsonError,
    MalformedRequestError,
    UnsupportedMediaTypeError,
)
from service.api.state import StateOf, count_refusal
from service.channels.exchange.json_schema import schema_text
from service.channels.exchange.xml_schema import xml_schema
from service.usecases.exchange.receiving import MOST_TRANSMISSIONS, receive
from service.usecases.exchange.requests_in import request_taker

# Base64 takes four characters for three bytes; the rest is the header and the signature.
_Transmission = Annotated[
    str, StringConstraints(min_length=1, max_length=MOST_BYTES * 4 // 3 + 4_000)
]


class TransmissionsBody(Body):
    """Signed messages: JSON Web Signatures in compact form, Ed25519."""

    transmissions: tuple[_Transmission, ...] = Field(
        min_length=1, max_length=MOST_TRANSMISSIONS, strict=False
    )


class TransmissionsAnswer(Answer):
    """Signed answers, one to each message that requires an answer."""

    transmissions: tuple[str, ...]


EXCHANGE_PATH = "/v1/exchange/messages"
MOST_BODY_BYTES = 16_777_216
"""The largest body that is read, in bytes."""

router = APIRouter(prefix="/v1/exchange", tags=["exchange"])

_FAULTS = (
    *(NotFoundError, MessageFaultError, RateLimitedError),
    *(MalformedJsonError, MalformedRequestError, UnsupportedMediaTypeError),
)


@router.post("/messages", responses=problems(*_FAULTS))
def post_messages(
    request: Request, state: StateOf, body: BodyOf[TransmissionsBody]
) -> TransmissionsAnswer:
    """Take signed messages from another State, and answer each with a signed message."""
    if state.exchange is None:
        raise NotFoundError
    act = request_taker(state.services)
    try:
        answers = receive(state.services, state.exchange, body.transmissions, act)
    except MessageFaultError:
        count_refusal(request, state)
        raise
    return TransmissionsAnswer(transmissions=answers)


@router.get("/schema.json", response_class=Response, responses=problems())
def get_json_schema() -> Response:
    """Return the JSON Schema of a message."""
    return Response(schema_text(), media_type="application/schema+json")


@router.get("/schema.xsd", response_class=Response, responses=problems())
def get_xml_schema() -> Response:
    """Return the XML Schema of a message in a drop folder."""
    return Response(xml_schema(), media_type="application/xml")
