"""The answer that a record is on microfiche, which creates a request to convert the record.

*Elsewhere: fiche* is never "no record": the requester is told that a record exists that cannot be
read here yet. One case officer can give this answer, since it reveals nothing from the record.
"""

from dataclasses import dataclass, replace

from domain.access.access import Caller
from domain.errors import InvalidInputError
from domain.events.requests import InformationSent
from domain.ids import DisclosureId, RequestId
from domain.requests.disclosures import Disclosure, Form
from domain.requests.request_states import RequestState, Step
from domain.requests.requests import Channel, Entry, Party, PartyKind, ReplyOutcome, RequestFile
from service.usecases.log.recording import record
from service.usecases.requests.kinds import enquiries, kind_named, office_work
from service.usecases.requests.opening import OpenRequest, demand_agreement, open_in
from service.usecases.requests.stepping import AtWork, enter, file_for_step, next_entry
from service.usecases.services import Services

MAY_BE_ELSEWHERE = frozenset({enquiries.AGENCY_NAMES_ENQUIRY.name, enquiries.NAMES_ENQUIRY.name})


@dataclass(frozen=True, slots=True)
class AnswerElsewhere:
    """The answer that the person's record is on microfiche."""

    caller: Caller
    request_id: RequestId
    expected_version: int
    words: str
    """Where the record is: the index entry or the box. Stored sealed."""


def answer_elsewhere(services: Services, command: AnswerElsewhere) -> RequestId:
    """Answer *elsewhere: fiche*, open a request to convert the record, and return its id.

    Raises NotPermittedError, NotFoundError, StaleRequestError, RequestStepError (nobody has
    searched for the person), InvalidInputError (a request of another kind, or empty `words`),
    NoAgreementError.
    """
    if not command.words.strip():
        raise InvalidInputError("State where the record is.", pointer="/words")
    with services.units.write() as unit:
        file = file_for_step(unit, command.caller, command.request_id, command.expected_version)
        if file.request.kind not in MAY_BE_ELSEWHERE:
            raise InvalidInputError("Only a names enquiry can have this answer.", pointer="/kind")
        entry = next_entry(
            services,
            command.caller,
            file,
            Step.DECIDE,
            wanted=RequestState.RELEASED,
            words=command.words,
        )
        request = file.request
        demand_agreement(unit, request.asker, request.purpose, entry.on)
        rule = kind_named(request.kind).clock or ""
        entry = replace(entry, outcome=ReplyOutcome.ELSEWHERE.value, rule=rule)
        at = AtWork(services, unit, command.caller, command.request_id)
        enter(at, entry)
        _send(at, file, entry)
        made = open_in(services, unit, _conversion(command, file, entry))
        unit.commit()
    return made


def _conversion(command: AnswerElsewhere, file: RequestFile, entry: Entry) -> OpenRequest:
    request = file.request
    ask = request.ask
    if ask is None:
        raise InvalidInputError(
            "The content of the request has been erased, so no record can be converted for it."
        )
    return OpenRequest(
        command.caller,
        office_work.CONVERSION_REQUEST.name,
        Channel.DESK,
        Party(PartyKind.FORCE, command.caller.require_force()),
        request.purpose,
        "",
        entry.on,
        replace(ask, words=command.words, reference=""),
        about=request.request_id,
    )


def _send(at: AtWork, file: RequestFile, entry: Entry) -> None:
    request = file.request
    form = Form.API if request.channel is Channel.API else Form.LETTER
    disclosure = Disclosure(
        DisclosureId(at.services.surroundings.new_id()),
        request.request_id,
        request.asker,
        request.purpose,
        form,
        ReplyOutcome.ELSEWHERE,
        (),
    )
    at.unit.disclosures.send(disclosure, entry.number, person_id=None, by=entry.by, at=entry.at)
    event = InformationSent(
        disclosure.disclosure_id,
        request.request_id,
        request.asker.kind,
        request.asker.code,
        disclosure.purpose,
        form,
        disclosure.outcome,
        0,
    )
    record(at.unit, at.services.surroundings, at.caller, event)
