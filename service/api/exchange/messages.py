"""Signed transmissions of other States taken and answered, and the published schemas.

A call needs no token: each transmission is signed by a key that was registered for its State.
"""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from domain.errors import NotFoundError, RateLimitedError
from domain.exchange.faults import MessageFaultError
from service.api.bodies import BodyOf
from service.api.documentation import problems
from service.api.exchange.messages_schemas import TransmissionsAnswer, TransmissionsBody
from service.api.refusals import (
    MalformedJsonError,
    MalformedRequestError,
    UnsupportedMediaTypeError,
)
from service.api.state import StateOf, count_refusal
from service.channels.exchange.json_schema import schema_text
from service.channels.exchange.xml_schema import xml_schema
from service.usecases.exchange.receiving import receive
from service.usecases.exchange.requests_in import request_taker

EXCHANGE_PATH = "/v1/exchange/messages"
MOST_BODY_BYTES = 16_777_216
"""The largest call that is read."""

router = APIRouter(prefix="/v1/exchange", tags=["exchange"])

_FAULTS = (
    *(NotFoundError, MessageFaultError, RateLimitedError),
    *(MalformedJsonError, MalformedRequestError, UnsupportedMediaTypeError),
)


@router.post("/messages", responses=problems(*_FAULTS))
def post_messages(
    request: Request, state: StateOf, body: BodyOf[TransmissionsBody]
) -> TransmissionsAnswer:
    """Take signed messages of another State, and answer each with a signed message."""
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
