"""`identlink search`: makes one search from a file at the console, and shows its evidence."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table
from rich.text import Text

from domain.access.access import ROLE_SCOPES, Caller, Purpose, Role
from domain.errors import InvalidInputError
from domain.forces import find_force
from domain.ids import SearchId
from domain.searches.searches import Candidate, SearchType
from service.api.people.captures import read_capture
from service.api.searches.evidence_schemas import CandidateAnswer
from service.api.searches.searches import SearchBody
from service.bootstrap.runtime import open_runtime
from service.cli.context import Call, console_as
from service.provenance.durable_files import write_whole
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
ForceOption = Annotated[str, typer.Option(help="Code of the force that searches.")]
PurposeOption = Annotated[Purpose, typer.Option(help="Why the search is made.")]
Picture = Annotated[
    Path | None,
    typer.Option(
        "--waterfall", help="Write the evidence of the first candidate as a picture: .svg or .png."
    ),
]


def search(
    call: Call,
    request: Request,
    force: ForceOption,
    *,
    purpose: PurposeOption = Purpose.OPERATIONS,
    picture: Picture = None,
) -> None:
    """Search with the prints and details in a file, and show the candidates with their evidence.

    The search is stored like any other and goes to examiners. The log records that its evidence
    was shown here. The command cannot run while a server uses the store.
    """
    body = _body(request)
    with open_runtime(call.existing()) as runtime:
        scopes = ROLE_SCOPES[Role.FORCE] | ROLE_SCOPES[Role.AUDITOR]
        caller = console_as(Role.FORCE, purpose, *scopes, force=find_force(force).code)
        search_id = _submit(runtime.services, caller, body)
        candidates = unmask(runtime.services, caller, search_id).candidates
    if picture is not None and candidates:
        _write_waterfall(picture, candidates[0])
    _show(call, search_id, candidates)


def _body(request: Path) -> SearchBody:
    try:
        return SearchBody.model_validate_json(request.read_bytes())
    except ValidationError as error:
        where = sorted({"/" + "/".join(map(str, fault["loc"])) for fault in error.errors()})
        raise InvalidInputError(
            f"The file is not a valid search: check {', '.join(where)}."
        ) from None


def _submit(services: Services, caller: Caller, body: SearchBody) -> SearchId:
    command = body.to_command(caller, None, read_capture(body.impressions, services.prints))
    if command.search_type is SearchType.NAMES or not command.probe.impressions:
        return enquire(services, EnquireByNames(caller, command.probe.details)).search_id
    return submit_search(services, command)


def _write_waterfall(picture: Path, candidate: Candidate) -> None:
    from matching.waterfall import waterfall  # noqa: PLC0415 - it draws with matplotlib

    match picture.suffix.lower():
        case ".svg":
            write_whole(picture, waterfall(candidate.evidence, image_format="svg"))
        case ".png":
            write_whole(picture, waterfall(candidate.evidence, image_format="png"))
        case _:
            raise InvalidInputError(
                "The picture's format is unknown: name a file that ends in .svg or .png."
            )


def _show(call: Call, search_id: SearchId, candidates: tuple[Candidate, ...]) -> None:
    answers: list[dict[str, Any]] = [
        CandidateAnswer.of(candidate).model_dump(mode="json") for candidate in candidates
    ]
    if call.as_json:
        typer.echo(json.dumps({"search_id": search_id, "candidates": answers}))
        return
    console = Console(emoji=False)
    console.print(f"Search {search_id}: {len(answers)} candidates")
    if answers:
        console.print(candidate_table(answers), evidence_table(answers[0]))


_SHOWN_CANDIDATES = 5
_BAND_STYLES = {"proposed": "bold green", "possible": "yellow", "unlikely": "dim"}


def candidate_table(
    candidates: Sequence[Mapping[str, Any]], *, true_person: str | None = None
) -> Table:
    """Return the strongest candidates of a search as a table, each with its parts in bits."""
    table = Table(box=None, pad_edge=False)
    for heading in ("rank", "person", "prior", "prints", "details", "total bits"):
        table.add_column(heading, justify="left" if heading == "person" else "right")
    table.add_column("band")
    table.add_column("")
    for candidate in candidates[:_SHOWN_CANDIDATES]:
        is_true = candidate["person_id"] == true_person
        flags = ", ".join(flag["flag"] for flag in candidate["flags"])
        table.add_row(
            str(candidate["rank"]),
            candidate["person_id"][:8],
            *_bits(candidate),
            _band(candidate),
            ("the true person" if is_true else "") + (f"  [{flags}]" if flags else ""),
        )
    return table


def _bits(candidate: Mapping[str, Any]) -> tuple[str, str, str, str]:
    """Return prior, prints, details and total; prints without a fitted model have no bits."""
    prior, prints, details, total = (
        f"{candidate[name]:+.1f}"
        for name in ("prior_bits", "biometric_bits", "demographic_bits", "total_bits")
    )
    if candidate["prints_withheld"]:
        return prior, "no bits", details, "no bits"
    return prior, prints, details, total


def _band(candidate: Mapping[str, Any]) -> Text:
    if candidate["prints_withheld"]:
        return Text("none", style="dim")
    return Text(candidate["band"], style=_BAND_STYLES[candidate["band"]])


def evidence_table(candidate: Mapping[str, Any]) -> Table:
    """Return the rows of evidence for one candidate as a table; rows of 0 bits are left out."""
    table = Table(box=None, pad_edge=False, title="Evidence for rank 1", title_justify="left")
    table.add_column("bits", justify="right")
    table.add_column("source")
    table.add_column("level")
    table.add_column("in words", overflow="fold")
    for row in candidate["evidence"]:
        if row["bits"] == 0:
            continue
        table.add_row(f"{row['bits']:+.2f}", row["source"], row["level"], row["note"])
    if candidate["prints_withheld"]:
        note = (
            "There is no fitted model for prints of this format, so the candidate has no "
            "weight of evidence (bits) and no band."
        )
        table.add_row("", "print", "withheld", note)
    else:
        table.add_row(f"{candidate['total_bits']:+.2f}", "total", candidate["band"], "")
    return table
