"""`identlink link`: a confirmed link, how it was made, and its search recomputed."""

from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from domain.access.access import Purpose, Role, Scope
from domain.ids import LinkId
from domain.prints.prints import NOT_RECORDED, Fingers, words_of
from service.adapters.print_images import CapturedPrints
from service.bootstrap.desks import open_models
from service.bootstrap.keys import open_log_signer
from service.bootstrap.runtime import open_runtime
from service.bootstrap.stores import open_store
from service.cli.context import Call, Group, StoreCall, console_as, demand_place_of
from service.cli.enrolling import progress_of
from service.ports.gallery import ModelShelf
from service.provenance.durable_files import write_whole
from service.provenance.prov_view import LinkHistory, decision_role, prov_json, prov_n
from service.settings import Settings
from service.usecases.links.court import CourtDesk, court_bundle
from service.usecases.links.links import exported_history, show_link
from service.usecases.links.past_asking import IndexAsked
from service.usecases.links.past_look_up import LookUp
from service.usecases.links.past_search import EverybodyRead, LookUpWay, Source
from service.usecases.links.replay import Replay, replay_link, replay_scores
from service.usecases.links.replay_differences import ReplayVerdict
from service.usecases.services import StoreServices
from service.web.court_page import court_page

app = Group(help="Confirmed links.")

AUDITING_CONSOLE = console_as(Role.AUDITOR, Purpose.AUDIT, Scope.READ_LINKS)
"""The console as an auditor who reads links."""

LinkArgument = Annotated[str, typer.Argument(metavar="ID", help="Id of the link.")]


class ProvenanceFormat(StrEnum):
    """The form in which the provenance of a link is shown."""

    TEXT = "text"
    JSON = "json"
    PROV_N = "provn"
    SVG = "svg"
    PNG = "png"


@app.command()
def show(call: Call, link_id: LinkArgument) -> None:
    """Show a link: its search, its record, its time, and whether it is in force."""
    with open_store(call.existing()) as services:
        link = show_link(services, AUDITING_CONSOLE, LinkId(link_id))
    facts = {
        "link_id": link.link_id,
        "search_id": link.search_id,
        "person_id": link.person_id,
        "record_id": link.record_id,
        "force": link.force,
        "linked_at": link.linked_at.isoformat(),
        "decisions": list(link.decision_ids),
        "fingers_compared": _codes(link.fingers, "compared"),
        "fingers_identified": _codes(link.fingers, "identified"),
        "revoked_at": link.revoked_at.isoformat() if link.revoked_at else None,
    }
    call.say("\n".join(f"{name}: {value}" for name, value in facts.items()), facts)


@app.command()
def provenance(
    call: StoreCall,
    link_id: LinkArgument,
    form: Annotated[
        ProvenanceFormat, typer.Option("--format", help="Format of the output.")
    ] = ProvenanceFormat.TEXT,
    out: Annotated[Path | None, typer.Option(help="File to write; required for a PNG.")] = None,
) -> None:
    """Show how a link was made: as text, W3C PROV (JSON or PROV-N) or a picture."""
    if form is ProvenanceFormat.PNG and out is None:
        raise typer.BadParameter(
            "A PNG cannot be written to the terminal: name a file with --out."
        )
    if out is not None:
        demand_place_of(out)
    with open_store(call.existing()) as services:
        history = exported_history(services, AUDITING_CONSOLE, LinkId(link_id))
    told = _told(history, form)
    if out is not None:
        write_whole(out, told)
        return
    typer.echo(told.decode().rstrip())


@app.command()
def export(
    call: Call,
    link_id: LinkArgument,
    out: Annotated[Path, typer.Option(dir_okay=False, help="Zip file to write.")] = Path(
        "link.zip"
    ),
    *,
    images: Annotated[
        bool,
        typer.Option("--images/--without-images", help="Whether the bundle includes the images."),
    ] = True,
) -> None:
    """Write a court bundle: a page about a link, with its events, proofs and a verifier.

    To check it, the reader needs Python and the package `cryptography`. An event with the digest
    of the bundle is added to the log.
    """
    settings = call.existing()
    demand_place_of(out)
    with open_store(settings) as services:
        signer, prints = open_log_signer(settings), CapturedPrints(services.units)
        desk = CourtDesk(services, signer, prints, court_page, settings.case_policy)
        bundle = court_bundle(desk, AUDITING_CONSOLE, LinkId(link_id), images=images)
    write_whole(out, bundle)
    facts = {"link_id": link_id, "file": str(out), "bytes": len(bundle)}
    call.say(f"{out}: unpack it and run `python verify.py`.", facts)


@app.command()
def replay(
    call: Call,
    link_id: LinkArgument,
    *,
    without_look_up: Annotated[
        bool,
        typer.Option(
            "--without-look-up",
            help="Compute only scores and evidence, without the look-up in the past gallery.",
        ),
    ] = False,
    look_up: Annotated[
        Source,
        typer.Option(
            help="Where to repeat the look-up. `gallery` reads all prints from the"
            " database without the index: use this for a court. `index` uses the index, or"
            " the parts of IDENTLINK_GALLERY, with the captures of that time: use this for"
            " large galleries."
        ),
    ] = Source.GALLERY,
) -> None:
    """Recompute the search behind a link; exit code 1 if the result differs.

    With `--look-up index` the result is the same as long as the index is sound. The command gives
    no result if the index has captures other than those in the database, or lacks parts.
    """
    if without_look_up and look_up is Source.INDEX:
        raise typer.BadParameter("Give --look-up or --without-look-up, not both.")
    settings = call.existing()
    models, link = open_models(settings), LinkId(link_id)
    if look_up is Source.INDEX:
        found = _asked_of_index(settings, models, link)
    else:
        found = _asked_of_store(settings, models, link, without_look_up=without_look_up)
    is_same = found.verdict in {ReplayVerdict.EXACT, ReplayVerdict.WITHIN_TOLERANCE}
    call.say(_sentence(found), _facts(found), is_wrong=not is_same)


def _asked_of_store(
    settings: Settings, models: ModelShelf, link: LinkId, *, without_look_up: bool
) -> Replay:
    with open_store(settings) as services:
        if without_look_up:
            return replay_scores(services, models, AUDITING_CONSOLE, link)
        return _replayed(services, models, link, EverybodyRead())


def _asked_of_index(settings: Settings, models: ModelShelf, link: LinkId) -> Replay:
    with open_runtime(settings) as runtime:
        services = runtime.services
        return _replayed(services, models, link, IndexAsked(services.gallery))


def _replayed(
    services: StoreServices, models: ModelShelf, link_id: LinkId, way: LookUpWay
) -> Replay:
    with services.units.read() as unit:
        changes = unit.gallery_feed.last_change()
    with progress_of("Comparing the gallery", changes, Console(stderr=True)) as advance:
        return replay_link(services, models, AUDITING_CONSOLE, link_id, way=way, advance=advance)


def _facts(found: Replay) -> dict[str, object]:
    return {
        "link_id": found.link_id,
        "verdict": found.verdict.value,
        "difference": found.difference,
        "candidates": found.candidates,
        "fingers": asdict(found.fingers) if found.fingers else None,
        "look_up": asdict(found.look_up) if found.look_up else None,
    }


def _sentence(found: Replay) -> str:
    difference = f": {found.difference}" if found.difference else ""
    told = f"{found.verdict}{difference} ({found.candidates} candidates)"
    told += f"\nfingers of the link:{_fingers(found.fingers)}"
    if found.look_up is None:
        return told
    look_up = found.look_up
    difference = f": {look_up.difference}" if look_up.difference else ""
    return f"{told}\nlook-up {look_up.verdict}{difference} ({_compared(look_up)})"


def _compared(look_up: LookUp) -> str:
    """Return how many captures were compared, and how."""
    how = {Source.GALLERY: "read from the database", Source.INDEX: "compared by the index"}
    return f"{look_up.captures} captures, {how[look_up.source]}"


def _told(history: LinkHistory, form: ProvenanceFormat) -> bytes:
    match form:
        case ProvenanceFormat.TEXT:
            return link_text(history).encode()
        case ProvenanceFormat.JSON:
            return prov_json(history).encode()
        case ProvenanceFormat.PROV_N:
            return prov_n(history).encode()
        case _:
            # The module for pictures is slow to load and rarely needed.
            from service.provenance.pictures import graph_picture  # noqa: PLC0415

            return graph_picture(history, "svg" if form is ProvenanceFormat.SVG else "png")


def _codes(fingers: Fingers | None, which: str) -> list[int] | None:
    return None if fingers is None else [int(one) for one in getattr(fingers, which)]


def _fingers(fingers: Fingers | None) -> str:
    if fingers is None:
        return f" {NOT_RECORDED}"
    identified = f" identified {words_of(fingers.identified)};" if fingers.identified else ""
    return f"{identified} compared {words_of(fingers.compared) or 'none'}"


def link_text(history: LinkHistory) -> str:
    """Return the history of a link as lines of text."""
    search, link, numbers = history.search, history.link, dict(history.event_numbers)
    basis = search.basis
    lines = [
        f"Link {link.link_id}, made {link.linked_at:%Y-%m-%d %H:%M} UTC"
        f" (event {numbers.get(link.link_id, '?')})",
        f"  Fingers{_fingers(link.fingers)}",
        f"  Search {search.search_id} ({search.search_type}) for force {search.force},"
        f" {search.submitted_at:%Y-%m-%d %H:%M} UTC (event {numbers.get(search.search_id, '?')})",
        f"  Probe commitment {history.probe_commitment or 'none'}",
        f"  Model {basis.model_name} {basis.model_version}, {basis.model_digest[:12]};"
        f" gallery generation {basis.index_generation}, {basis.index_digest[:12]}",
    ]
    for number, decision in enumerate(history.decisions):
        lines.append(
            f"  {decision_role(decision, number).capitalize()} by {decision.decided_by}:"
            f" {decision.outcome}, fingers{_fingers(decision.fingers)},"
            f" sealed {decision.sealed_at:%Y-%m-%d %H:%M} UTC"
            f" (event {numbers.get(decision.decision_id, '?')})"
        )
    if link.revoked_at is not None:
        lines.append(f"  Revoked {link.revoked_at:%Y-%m-%d %H:%M} UTC by {link.revoked_by}")
    return "\n".join(lines) + "\n"
