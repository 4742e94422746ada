"""The inbox of matters: those that wait, why they wait, and the next step."""

from starlette.responses import Response

from domain.access.access import Role
from domain.agencies.matters import PROPOSALS, WAITING, Matter
from domain.courts.results import FINDINGS, PLEAS
from domain.ids import RecordId
from service.usecases.agencies import deciding, inbox
from service.usecases.exchange.told import sender_of
from service.usecases.people.offence_tables import table_in_force
from service.web.form_pages import form_page
from service.web.forms import Form, FormOf
from service.web.page_route import BegunFormOf, IdInPath, page_router
from service.web.visitors import CaseOfficerOf, RequestReaderOf, Visit

router = page_router("/workbench")

_ADDED = "added"
_PAGE = 30


@router.get("/matters")
def show_matters(visit: RequestReaderOf) -> Response:
    """Show the matters that wait, their number, and how long the oldest has waited."""
    listed = visit.use(inbox.list_matters, after=visit.cursor("after"), limit=_PAGE)
    values = {
        "inbox": listed,
        "turning": visit.turning("after", listed.next_key),
        "count": sum(one.count for one in listed.counts),
        "oldest": min((one.oldest for one in listed.counts), default=None),
        "last_days": {
            one.matter_id: inbox.last_day(one.source, one.received_at) for one in listed.waiting
        },
    }
    return visit.page("agencies/matters.html", values)


@form_page(router, "/matters/{matter_id}")
def matter_page(visit: RequestReaderOf, matter_id: IdInPath, form: BegunFormOf) -> Response:
    """Show a matter beside the records that it may belong to."""
    matter = visit.use(inbox.show_matter, matter_id)
    may_decide = visit.caller.actor.role is Role.CASE_OFFICER
    ended = inbox.ended_on(visit.services, matter)
    values = {
        "matter": matter,
        "sender": sender_of(matter) if matter.told else "",
        "last_day": inbox.last_day(matter.source, matter.received_at),
        "likely": _likely(visit, matter) if may_decide else (),
        "may_decide": may_decide,
        "is_proposal": matter.state in PROPOSALS,
        "is_own": matter.last.stepped_by == visit.caller.actor.user_id,
        "is_waiting": matter.state in WAITING - PROPOSALS,
        "is_on_record": matter.is_on_record,
        "is_removable": matter.state not in PROPOSALS and (matter.is_on_record or ended),
        "ended_on": ended,
        "tasks": inbox.tasks_named(matter),
        "titles": table_in_force(visit.services),
        "findings": FINDINGS,
        "pleas": PLEAS,
    }
    return form.page(visit, "agencies/matter.html", values)


@matter_page.post("/attachment", "words", "laid")
def post_attachment(visit: CaseOfficerOf, matter_id: IdInPath, form: FormOf) -> None:
    """Attach a matter to the chosen record, or propose this."""
    words = form.text("words", missing="Say why this is the right person.")
    laid = _laid(form)
    record, _, version = form.fields.get("record", "").partition(" ")
    if form.errors:
        return
    command = deciding.AttachMatter(
        visit.caller,
        matter_id,
        form.number("step"),
        RecordId(record),
        int(version) if version.isdecimal() else 0,
        laid,
        words,
    )
    deciding.attach_matter(visit.services, command)


def _laid(form: Form) -> tuple[tuple[int, str], ...]:
    """Return the charge chosen for each offence; offences without a choice are left out."""
    found = []
    for name, chosen in sorted(form.fields.items()):
        place = name.removeprefix("offence-")
        if place != name and place.isdecimal() and chosen:
            found.append((int(place), "" if chosen == _ADDED else chosen))
    return tuple(found)


@matter_page.post("/return", "return_words")
def post_return(visit: CaseOfficerOf, matter_id: IdInPath, form: FormOf) -> None:
    """Propose that a matter goes back to its sender."""
    words = form.text("return_words")
    command = deciding.ReturnMatter(visit.caller, matter_id, form.number("step"), words)
    deciding.return_matter(visit.services, command)


@matter_page.post("/withdrawal", "return_words")
def post_withdrawal(visit: CaseOfficerOf, matter_id: IdInPath, form: FormOf) -> None:
    """Propose to take a matter off the record that it is on."""
    words = form.text("return_words")
    command = deciding.ReturnMatter(visit.caller, matter_id, form.number("step"), words)
    deciding.withdraw_matter(visit.services, command)


@matter_page.post("/answer", "answer_words")
def post_answer(visit: CaseOfficerOf, matter_id: IdInPath, form: FormOf) -> None:
    """Agree or disagree with another person's proposal."""
    agrees = form.fields.get("agrees") == "yes"
    words = form.text("answer_words")
    command = deciding.AnswerProposal(visit.caller, matter_id, form.number("step"), agrees, words)
    deciding.answer_proposal(visit.services, command)


def _likely(visit: Visit, matter: Matter) -> tuple[object, ...]:
    if matter.content is None or matter.state not in WAITING:
        return ()
    return visit.use(inbox.likely_records, matter.matter_id)
