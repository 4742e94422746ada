"""Our own officers' requests to other States; and duties to notify beside the messages sent."""

import base64
from dataclasses import replace

from starlette.responses import Response

from domain.access.access import Role
from domain.countries import country_code
from domain.exchange.codes import MessageId
from domain.exchange.duties import Stratum
from domain.exchange.messages import Reply
from domain.people.people import Details, Nationality, Sex
from domain.restrictions import UsePurpose
from rules.data_files import legal_bases
from service.api.state import StateOf
from service.usecases.exchange import asking, reconciling
from service.web.examination.charts import RowBar, share_bar
from service.web.form_pages import form_page
from service.web.forms import Form, FormOf, options, said_person
from service.web.page_route import BegunFormOf, IdInPath, page_router
from service.web.visitors import CaseOfficerOf, DutyReaderOf, RequestReaderOf

router = page_router("/workbench/exchange/requests")

_PAGE = 30


@router.get("")
def show_requests(visit: RequestReaderOf) -> Response:
    """Show the requests to other States, newest first."""
    page = visit.use(asking.list_own_requests, before=visit.cursor("before"), limit=_PAGE)
    may_ask = visit.caller.actor.role is Role.CASE_OFFICER
    return visit.list_page("exchange/requests.html", "found", page, "before", may_ask=may_ask)


@form_page(router, "/new")
def new_request_page(visit: CaseOfficerOf, form: BegunFormOf) -> Response:
    """Show the form that asks other States."""
    values = {
        "legal_bases": legal_bases().items(),
        "purposes": options(UsePurpose),
        "sexes": list(Sex),
    }
    return form.page(visit, "exchange/new_request.html", values)


@new_request_page.post("", "surname", "nationalities")
def post_request(visit: CaseOfficerOf, form: FormOf, state: StateOf) -> str | None:
    """Ask every member State of which the person is a national."""
    command = _command(form)
    if command is None:
        return None
    asking.ask_as_officer(visit.services, state.exchange, visit.caller, command)
    return "/workbench/exchange/requests"


@router.get("/{asked_id}")
def show_request(visit: RequestReaderOf, asked_id: IdInPath) -> Response:
    """Show one request, with the replies of the State."""
    own = visit.use(asking.show_own_request, MessageId(asked_id))
    replies = [one.content for one in own.answers if isinstance(one.content, Reply)]
    shown = {"own": own, "replies": replies}
    return visit.page("exchange/request.html", shown)


def _command(form: Form) -> asking.AskStates | None:
    """Build the command from a form; None, with errors in the form, if a field is missing."""
    purpose = form.choice("purpose", UsePurpose, missing="Choose the purpose.")
    basis = form.text("legal_basis", missing="Choose the agreement or law.")
    reference = form.text("reference", missing="Enter our own reference.")
    subject = _subject(form)
    if purpose is None or subject is None or form.errors:
        return None
    sent = form.files.get("capture", b"")
    capture = base64.b64encode(sent).decode() if sent else None
    return asking.AskStates(subject, purpose, basis, reference, capture)


def _subject(form: Form) -> Details | None:
    countries = form.text("nationalities", missing="Enter at least one country.").splitlines()
    form.text("surname", missing="Enter the surname.")
    person = said_person(form)
    with form.taking("nationalities"):
        nationalities = tuple(Nationality(country_code(one)) for one in countries if one.strip())
        return person and replace(person, nationalities=nationalities)
    return None


reconciliation = page_router("/workbench/exchange")


@reconciliation.get("")
def show_reconciliation(visit: DutyReaderOf, state: StateOf) -> Response:
    """Show the state of all duties to notify other States, counted now."""
    if state.exchange is None:
        return visit.page("exchange/reconciliation.html", {"figures": None})
    figures = reconciling.reckon(state.services, state.exchange).figures
    return visit.page("exchange/reconciliation.html", {"figures": figures, "bar": _bar})


def _bar(stratum: Stratum) -> RowBar:
    """Return the bar for the share sent of duties whose last day has passed."""
    return share_bar(stratum.complete)


ROUTERS = (reconciliation, router)
