"""The page for one step of a form."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from domain.applications.declarations import (
    ApplicationForm,
    Fault,
    Page,
    Question,
    QuestionKind,
    Typed,
    read_page,
    retyped,
)
from service.public.desk import Posted, desk_of, opened
from service.public.office import OfficeRefusedError
from service.public.rendering import Catalogue, countries, render

_CHECK = "check"


@dataclass(frozen=True, slots=True)
class _Typed:
    """A page of a form, with the texts typed into its fields."""

    form: ApplicationForm
    page: Page
    fields: Typed
    version: int
    then: str = ""
    """`check` if the page was opened to change an answer."""
    more: bool = False
    """Whether the applicant wants to add one more country."""


async def show_page(request: Request) -> Response:
    """Show a page of the form, with its saved answers."""
    _, read, form = await opened(request)
    page = form.page(request.path_params["page"])
    if page is None:
        raise HTTPException(404)
    if read["state"] != "draft":
        return desk_of(request).go("/application")
    fields = retyped(page, {name: tuple(given) for name, given in read["answers"].items()})
    then = request.query_params.get("then", "")
    return _page(request, _Typed(form, page, fields, read["version"], then))


async def save_page(request: Request) -> Response:
    """Save a page and go on to the next; a page with faults is shown again with what was typed."""
    desk = desk_of(request)
    posted = await desk.posted(request)
    by, read, form = await opened(request)
    page = form.page(request.path_params["page"])
    if page is None or read["state"] != "draft":
        raise HTTPException(404)
    typed = _typed(form, page, posted)
    if typed.more:
        return _page(request, typed)
    _, faults = read_page(page, typed.fields, desk.today())
    if faults:
        return _page(request, typed, faults)
    try:
        fields = {name: list(given) for name, given in typed.fields.items()}
        await desk.office.save(by, page.name, typed.version, fields)
    except OfficeRefusedError as error:
        if error.status != 409:
            raise
        fault = Fault(page.questions[0].name, "saved-elsewhere")
        return _page(request, replace(typed, version=read["version"]), [fault])
    return desk.go(_next(form, page, typed.then))


def _typed(form: ApplicationForm, page: Page, posted: Posted) -> _Typed:
    every, version = posted.typed, posted.text("version")
    fields = {name: given for name, given in every.items() if _is_of(page, name)}
    return _Typed(
        form,
        page,
        fields,
        int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 1,
        posted.text("then"),
        more="more" in every,
    )


def _is_of(page: Page, name: str) -> bool:
    """Whether a field belongs to the page: a question, or a part of its date."""
    parts = ("", "-day", "-month", "-year")
    return any(name == f"{question.name}{part}" for question in page.questions for part in parts)


def _next(form: ApplicationForm, page: Page, then: str) -> str:
    """Return the next address: the next page, the first document, or the check page."""
    if then == _CHECK:
        return "/application/check"
    at = form.pages.index(page) + 1
    if at < len(form.pages):
        return f"/application/question/{form.pages[at].name}"
    return f"/application/document/{form.slots[0].name}" if form.slots else "/application/check"


def _before(form: ApplicationForm, page: Page, then: str) -> str:
    if then == _CHECK:
        return "/application/check"
    at = form.pages.index(page)
    return f"/application/question/{form.pages[at - 1].name}" if at else "/application/reference"


def _page(request: Request, typed: _Typed, faults: Sequence[Fault] = ()) -> Response:
    shown, page = desk_of(request).shown(request), typed.page
    values = {
        "page": page,
        "typed": typed.fields,
        "version": typed.version,
        "then": typed.then if typed.then == _CHECK else "",
        "back_to": _before(typed.form, page, typed.then),
        "boxes": _boxes(page, typed.fields, more=typed.more),
        "countries": countries(shown.catalogue),
        "errors": {_anchor(page, one): fault_words(shown.catalogue, one) for one in faults},
    }
    return render(shown, "question.html", values, status=422 if faults else 200)


def _boxes(page: Page, typed: Typed, *, more: bool) -> dict[str, list[str]]:
    """Return the countries chosen for each question, with one more empty box if wanted."""
    found = {}
    for question in page.questions:
        if question.kind is QuestionKind.COUNTRIES:
            chosen = [one for one in typed.get(question.name, ()) if one]
            found[question.name] = [*chosen, ""] if more or not chosen else chosen
    return found


def _anchor(page: Page, fault: Fault) -> str:
    """Return the id of the field that a fault's link leads to."""
    question: Question | None = next((q for q in page.questions if q.name == fault.question), None)
    is_day = question is not None and question.kind is QuestionKind.PAST_DAY
    return f"{fault.question}-day" if is_day else fault.question


def fault_words(catalogue: Catalogue, fault: Fault) -> str:
    """Return a fault in words."""
    if fault.code == "missing":
        return catalogue.say(f"questions.{fault.question}.missing")
    label = catalogue.say(f"questions.{fault.question}.label")
    return catalogue.say(f"faults.{fault.code}", label=label)


ROUTES = [
    Route("/application/question/{page}", show_page, methods=["GET"]),
    Route("/application/question/{page}", save_page, methods=["POST"]),
]
