"""`identlink retention`: purge plans, counted again, released by two, and carried out."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from domain.access.access import Caller, Purpose, Role, Scope
from domain.ids import PersonId
from domain.plain_values import plain
from domain.retention.retention import Plan, PlanId
from service.bootstrap.runtime import open_runtime
from service.cli.context import Call, Group, console_as, demand_place_of, stated_day, text_in
from service.provenance.durable_files import write_whole
from service.usecases.access.tokens import authenticate
from service.usecases.requests.matters import explained
from service.usecases.retention.captures import JudgedCapture
from service.usecases.retention.due import ShownBases, show_bases
from service.usecases.retention.planning import ShownPlan, plan_purge, recount_plan, show_plan
from service.usecases.retention.releasing import carry_out_by, release_plan

app = Group(
    help="Purge plans: the people whose prints there is no longer a ground to keep.\n\nA"
    " plan changes nothing by itself. When an independent count agrees with it, two people"
    " release it.",
    short_help="Purge plans.",
)

_CONSOLE = console_as(Role.SUPERVISOR, Purpose.DELETION, Scope.ERASE)
_OFFICER = console_as(Role.CASE_OFFICER, Purpose.DELETION, Scope.READ_REQUESTS)

PlanArgument = Annotated[str, typer.Argument(help="Id of the plan.", show_default=False)]
FileOption = Annotated[
    Path | None,
    typer.Option(help="Also write the plan with its people to this JSON file."),
]


@app.command("plan")
def plan(
    call: Call,
    *,
    on: Annotated[str | None, typer.Option(help="Day of the plan; today by default.")] = None,
    file: FileOption = None,
) -> None:
    """Make a plan: a dry run that lists people and why there is no ground to keep prints."""
    settings = call.existing()
    if file is not None:
        demand_place_of(file)
    with open_runtime(settings) as runtime:
        made = plan_purge(runtime.services, _CONSOLE, stated_day(on) if on else None)
        shown = show_plan(runtime.services, _CONSOLE, made.plan_id)
    _write(file, shown)
    _say(call, made)


@app.command("show")
def show(call: Call, plan_id: PlanArgument, *, file: FileOption = None) -> None:
    """Show a plan with its people, and how it differs from the previous plan."""
    if file is not None:
        demand_place_of(file)
    with open_runtime(call.existing()) as runtime:
        shown = show_plan(runtime.services, _CONSOLE, PlanId(plan_id))
    _write(file, shown)
    if call.as_json:
        typer.echo(json.dumps(_facts(shown), sort_keys=True))
        return
    _say(call, shown.plan)
    for line in shown.lines:
        mark = "+" if line.person_id in shown.added else " "
        typer.echo(f"{mark} {line.person_id} {line.last_day or '-'} {line.provision}")
        for one in line.captures:
            event = one.event or "no event"
            typer.echo(f"    {one.encounter_id} {event} {one.last_day or '-'} {one.provision}")
    for person_id in shown.gone:
        typer.echo(f"- {person_id}")


@app.command("explain")
def explain(
    call: Call,
    person_id: Annotated[str, typer.Argument(help="Id of the person.", show_default=False)],
    *,
    on: Annotated[str | None, typer.Option(help="Day to explain; today by default.")] = None,
) -> None:
    """Explain which legal provision applies to each item of a person on a day, and why.

    The items are captures and convictions: kept or due, spent or not.
    """
    with open_runtime(call.existing()) as runtime:
        day = stated_day(on) if on else None
        shown = show_bases(runtime.services, _OFFICER, PersonId(person_id), day)
    told = [_told(one, shown) for one in shown.prints]
    told += explained(shown.convictions, shown.on)
    told += [shown.casework.sentences] if shown.casework else []
    facts = {"on": shown.on.isoformat(), "items": told, "fate": shown.standing.fate.value}
    call.say("\n\n".join(told) or "No prints and no convictions are on record.", facts)


def _told(one: JudgedCapture, shown: ShownBases) -> str:
    taken = one.capture.taken_on
    event = shown.events.get(one.event, "no known event")
    said = one.basis.sentences if one.provision == one.basis.provision else f"{one.provision}."
    facts = "".join(
        f" Stated: {fact.kind.value}, {fact.on} ({fact.decision or 'waits'})."
        for fact in one.facts
    )
    return (
        f"Capture {one.capture.encounter_id}, taken on {taken.day} {taken:%B %Y}"
        f" at {event}. {said}{facts} On {shown.on} it is: {one.fate.value}."
    )


@app.command("recount")
def recount(call: Call, plan_id: PlanArgument) -> None:
    """Recount the people of a purge plan, with code that shares nothing with the planner."""
    with open_runtime(call.existing()) as runtime:
        _say(call, recount_plan(runtime.services, _CONSOLE, PlanId(plan_id)))


@app.command("release")
def release(
    call: Call,
    plan_id: PlanArgument,
    *,
    token: Annotated[
        Path,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="File with the token of the supervisor who releases.",
        ),
    ],
) -> None:
    """Release a plan as a supervisor; the second supervisor's release hides its prints at once."""
    secret = text_in(token).strip()
    settings = call.existing()
    with open_runtime(settings) as runtime:
        actor = authenticate(runtime.services, secret, may_decide=settings.trial)
        caller = Caller(actor, Purpose.DELETION)
        _say(call, release_plan(runtime.services, caller, PlanId(plan_id)))


@app.command("carry-out")
def carry_out(call: Call, plan_id: PlanArgument) -> None:
    """Continue a released plan that was interrupted; a worker also does this automatically."""
    with open_runtime(call.existing()) as runtime:
        _say(call, carry_out_by(runtime.services, _CONSOLE, PlanId(plan_id)))


def _write(file: Path | None, shown: ShownPlan) -> None:
    if file is not None:
        told = json.dumps(_facts(shown), indent=1, sort_keys=True) + "\n"
        write_whole(file, told.encode())


def _facts(shown: ShownPlan) -> dict[str, Any]:
    return {
        "plan": _plan_facts(shown.plan),
        "lines": [plain(line) for line in shown.lines],
        "added": list(shown.added),
        "gone": list(shown.gone),
    }


def _plan_facts(made: Plan) -> dict[str, Any]:
    return {**plain(made), "state": made.state.value}


def _say(call: Call, made: Plan) -> None:
    figures = made.figures
    sentence = (
        f"Plan {made.plan_id} of {made.on}: {made.state.value}. {figures.due} of"
        f" {figures.people} people due ({figures.added} added, {figures.gone} gone since"
        f" the previous plan), {figures.reviews} for review, {figures.kept} kept; settled"
        f" {made.settled}."
    )
    if made.refusal is not None:
        sentence += f" It names {made.refusal.value}."
    if made.recount is not None:
        count = made.recount
        sentence += (
            f" The count finds {count.due} captures due, {count.missing} of them"
            f" missing from the plan, {count.beyond} in the plan but not due, and"
            f" {count.reviews} for review."
        )
    call.say(sentence, _plan_facts(made))
