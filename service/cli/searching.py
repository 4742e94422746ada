"""`identlink search`: one search from a file, with its evidence, at the console."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError
from rich.console import Console

from domain.access import ROLE_SCOPES, Actor, Caller, Purpose, Role
from domain.errors import InvalidInputError
from domain.forces import find_force
from domain.ids import ForceCode, SearchId, UserId
from domain.searches import Candidate, SearchType
from service.api.people.captures import read_capture
from service.api.searches.evidence_schemas import CandidateAnswer
from service.api.searches.searches import SearchBody
from service.bootstrap import open_runtime
from service.cli.context import JsonOption, StoreOption, existing_settings_for
from service.cli.evidence_tables import candidate_table, evidence_table
from service.usecases.searches.enquiries import EnquireByNames, enquire
from service.usecases.searches.recorded import unmask
from service.usecases.searches.searching import submit_search
from service.usecases.services import Services

Request = Annotated[
    Path,
    typer.Argument(
        help="JSON file with the body of POST /v1/searches; without impressions, or with "
        "search_type NAMES, it is a names enquiry.",
        exists=True,
        dir_okay=False,
    ),
]
ForceOption = Annotated[str, typer.Option("--force", help="Code of the force that searches.")]
PurposeOption = Annotated[Purpose, typer.Option("--purpose", help="Why the search is made.")]
Picture = Annotated[
    Path | None,
    typer.Option("--waterfall", help="Write rank 1's evidence as a picture: .svg or .png."),
]


def search(  # noqa: PLR0913 - one parameter for each option of the command
    context: typer.Context,
    request: Request,
    force: ForceOption,
    *,
    purpose: PurposeOption = Purpose.OPERATIONS,
    picture: Picture = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Search with the prints and details of a file and show the candidates with their evidence.

    The search is stored like any other and goes to examiners, and the log records that its
    evidence was shown here. Not while a server uses the store.
    """
    body = _body(request)
    with open_runtime(existing_settings_for(context, store)) as runtime:
        caller = _caller(find_force(force).code, purpose)
        search_id = _submit(runtime.services, caller, body)
        candidates = unmask(runtime.services, caller, search_id).candidates
    if picture is not None and candidates:
        _write_waterfall(picture, candidates[0])
    _show(search_id, candidates, as_json=as_json)


def _body(request: Path) -> SearchBody:
    try:
        return SearchBody.model_validate_json(request.read_bytes())
    except ValidationError as error:
        where = sorted({"/" + "/".join(map(str, fault["loc"])) for fault in error.errors()})
        raise InvalidInputError(
            f"The file is not a valid search: check {', '.join(where)}."
        ) from None


def _caller(force: ForceCode, purpose: Purpose) -> Caller:
    scopes = ROLE_SCOPES[Role.FORCE] | ROLE_SCOPES[Role.AUDITOR]
    return Caller(Actor(UserId("console"), Role.FORCE, force, scopes), purpose)


def _submit(services: Services, caller: Caller, body: SearchBody) -> SearchId:
    command = body.to_command(caller, None, read_capture(body.impressions, services.prints))
    if command.search_type is SearchType.NAMES or not command.probe.impressions:
        return enquire(services, EnquireByNames(caller, command.probe.details)).search_id
    return submit_search(services, command)


def _write_waterfall(picture: Path, candidate: Candidate) -> None:
    from matching.waterfall import waterfall  # noqa: PLC0415 - it draws with matplotlib

    match picture.suffix.lower():
        case ".svg":
            picture.write_bytes(waterfall(candidate.evidence, image_format="svg"))
        case ".png":
            picture.write_bytes(waterfall(candidate.evidence, image_format="png"))
        case _:
            raise InvalidInputError(
                "The picture's format is unknown: name a file with .svg or .png."
            )


def _show(search_id: SearchId, candidates: tuple[Candidate, ...], *, as_json: bool) -> None:
    answers: list[dict[str, Any]] = [
        CandidateAnswer.of(candidate).model_dump(mode="json") for candidate in candidates
    ]
    if as_json:
        typer.echo(json.dumps({"search_id": search_id, "candidates": answers}))
        return
    console = Console(emoji=False)
    console.print(f"Search {search_id}: {len(answers)} candidates")
    if answers:
        console.print(candidate_table(answers), evidence_table(answers[0]))
