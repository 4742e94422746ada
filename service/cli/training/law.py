"""`identlink law`: whether prints still follow the model, by source; and resetting a source."""

from typing import Annotated

import typer

from domain.searches.models import ALL, LawState, Source
from matching.scorer import load_scorer
from service.bootstrap.runtime import model_in_force
from service.bootstrap.stores import open_store
from service.cli.context import CONSOLE, Call, Group
from service.cli.refusals import REFUSED
from service.live.law_watch import Act
from service.usecases.models.law_report import effect_words, source_words
from service.usecases.models.watching import set_at_home

app = Group(
    help="The checks that compare the distribution (law) of each source's prints with the model."
)

_Force = Annotated[str, typer.Argument(help="Code of the force; `all` for all forces.")]
_Account = Annotated[
    str, typer.Argument(help="Account that captures prints; `all` for the whole force.")
]


@app.command()
def status(call: Call) -> None:
    """Show the sources whose prints do not follow the model; exit code 1 if there are any."""
    settings = call.existing()
    digest = load_scorer(model_in_force(settings)).digest
    with open_store(settings) as services, services.units.read() as unit:
        found = [one for one in unit.law.changes(digest) if one.state is not LawState.AT_HOME]
    told = {
        source_words(one): f"{one.state} since {one.set_at.isoformat()}."
        f" {effect_words(one, Act(settings.case_policy.law_act))}"
        for one in found
    }
    lines = [f"{source}: {words}" for source, words in told.items()]
    call.say("\n".join(lines) or "All sources follow the model.", {"sources": told})
    if any(one.state is LawState.MOVED for one in found):
        raise typer.Exit(REFUSED)


@app.command("set-home")
def set_home(call: Call, force: _Force, account: _Account = "all") -> None:
    """Reset a source: its checks start again, and an event records it."""
    settings = call.existing()
    digest = load_scorer(model_in_force(settings)).digest
    of_force, of_account = (ALL if name == "all" else name for name in (force, account))
    with open_store(settings) as services:
        change = set_at_home(services, CONSOLE, Source(of_force, of_account, digest))
    sentence = f"{source_words(change)}: reset to normal; servers take this up within seconds."
    call.say(sentence, {"number": change.number})
