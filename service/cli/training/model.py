"""`identlink model` trains, measures and chooses models; `identlink law` says whether prints still
follow the model.
"""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from domain.errors import ConflictError
from domain.searches.models import ALL, LawState, Source
from matching.own.own_fit import OwnPlan
from matching.scorer import MODELS, Scorer, load_scorer
from service.bootstrap.desks import open_models
from service.bootstrap.runtime import model_in_force
from service.bootstrap.stores import open_store
from service.cli.context import CONSOLE, AnswerCall, Call, Group, StoreCall
from service.cli.training import own_model
from service.cli.training.cards import DirectoryOption, card, evaluate
from service.cli.training.own_trials import write_generated_home
from service.cli.training.print_sets import train_on_prints
from service.cli.training.training_data import (
    TrainingSize,
    make_print_inputs,
    make_training_inputs,
    make_word_inputs,
)
from service.live.law_watch import Act
from service.settings import Settings
from service.usecases.models.comparing import Difference, choose_model, compare_models
from service.usecases.models.law_report import effect_words, source_words
from service.usecases.models.watching import set_at_home

IN_FORCE = "in-force"

_ModelArgument = Annotated[
    str, typer.Argument(help=f"Directory of a model, digest of a stored model, or `{IN_FORCE}`.")
]
_SearchesOption = Annotated[
    int,
    typer.Option(min=1, max=100_000, help="How many of the newest searches to compare."),
]


def compare(
    call: Call, one: _ModelArgument, other: _ModelArgument, *, searches: _SearchesOption = 500
) -> None:
    """Compute stored searches with two models, and show the differences; changes nothing."""
    settings = call.existing()
    scorers = _scorer_at(settings, one), _scorer_at(settings, other)
    with open_store(settings) as services:
        found = compare_models(services, CONSOLE, scorers, limit=searches)
    call.say(_words(found), asdict(found))


def choose(call: Call, model: _ModelArgument, *, searches: _SearchesOption = 500) -> None:
    """Choose the model that the service uses from its next start; the choice is recorded.

    The differences on stored searches are shown, and recorded with the choice.
    """
    settings = call.existing()
    if settings.model_directory is not None:
        raise ConflictError(
            "IDENTLINK_MODEL_DIRECTORY sets the model: unset it, then choose one here."
        )
    directory = _directory_of(settings, model)
    scorers = load_scorer(model_in_force(settings)), load_scorer(directory)
    with open_store(settings) as services:
        found = compare_models(services, CONSOLE, scorers, limit=searches)
        open_models(settings).keep(scorers[1], directory)
        choice = choose_model(services, CONSOLE, found)
    sentence = f"{_words(found)}\nModel {choice.model_digest[:12]} is used from the next start."
    call.say(sentence, {"number": choice.number, **asdict(found)})


def _scorer_at(settings: Settings, named: str) -> Scorer:
    return load_scorer(_directory_of(settings, named))


def _directory_of(settings: Settings, named: str) -> Path:
    if named == IN_FORCE:
        return model_in_force(settings)
    kept = settings.model_shelf / named
    return kept if len(named) == 64 and kept.is_dir() else Path(named)


def _words(found: Difference) -> str:
    lines = [
        f"{found.searches} searches computed with {found.one[:12]} and {found.other[:12]};"
        f" {found.left_out} left out (erased, without candidates, or by names).",
        f"{found.changed} would change: {found.leaders} would have another first candidate.",
        f"Candidates: {found.proposed} newly proposed, {found.no_longer} no longer proposed.",
    ]
    lines += [f"  {one} -> {other}: {count}" for one, other, count in found.bands]
    median, high, most = found.moved_bits
    lines.append(
        f"Totals change by {median:.1f} bits (median), {high:.1f} (95 %), {most:.1f} (most)."
    )
    return "\n".join(lines)


app = Group(help="Train, show, measure and choose models.")
app.command()(card)
app.command()(compare)
app.command()(choose)
app.command()(own_model.example)
app.command()(evaluate)

PrintsOption = Annotated[
    Path | None,
    typer.Option("--prints", help="Folder with a folder of images (101_1.png) per scanner."),
]

_SMALL = TrainingSize(
    finger_people=1_000,
    mark_people=300,
    detail_people=3_000,
    gallery_people=2_000,
    mated_trials=400,
    nonmated_trials=600,
)


@app.command()
def train(  # noqa: PLR0913 - one parameter for each option of the command
    call: StoreCall,
    directory: Annotated[Path, typer.Argument(help="Directory for the model files.")],
    small: Annotated[
        bool, typer.Option("--small", help="Use few people: only to try the command.")
    ] = False,
    details_of: Annotated[
        Path | None,
        typer.Option(help="Model whose part on details is reused unchanged."),
    ] = None,
    *,
    words_for: Annotated[
        Path | None,
        typer.Option(help="Model to which weights for words are added."),
    ] = None,
    files: own_model.FilesOption = None,
    from_cases: own_model.CasesOption = False,
    base: own_model.BaseOption = None,
    take_over: own_model.TakeOverOption = None,
    prints: PrintsOption = None,
    name: own_model.NameOption = "own-evidence",
) -> None:
    """Fit a model; this needs the extra `train`. The same data always gives the same digest.

    The command uses generated people, or the data of --from and --from-cases, which also give a
    model card. With --prints it fits a model of print matches, for the extractor in use, on sets
    of prints.
    """
    if prints is not None:
        extractor = call.settings().print_extractor
        typer.echo(train_on_prints(prints, directory, extractor, name))
        return
    if files or from_cases:
        plan = OwnPlan(name, base or MODELS, frozenset(take_over or ()))
        source = own_model.OwnSource(tuple(files or ()), from_cases=from_cases)
        typer.echo(own_model.train_on_own(call.settings(), source, plan, directory))
        return
    size = _SMALL if small else TrainingSize()
    if words_for is not None:
        _train_words(directory, size, words_for)
        return
    _train_on_generated(directory, size, details_of)


@app.command()
def home(
    directory: Annotated[Path, typer.Argument(help="Directory of the model.")],
    searches: Annotated[
        int, typer.Option(min=200, help="Number of people who are searched for.")
    ] = 4_000,
) -> None:
    """Measure, on generated people, the distribution that searches are checked against."""
    typer.echo(f"{write_generated_home(directory, searches):,} searches")


def _train_words(directory: Path, size: TrainingSize, model: Path) -> None:
    from matching.training.train import train_words  # noqa: PLC0415 - as for other parts

    typer.echo("making people ...", err=True)
    people, enquiries = make_word_inputs(size)
    typer.echo("fitting ...", err=True)
    typer.echo(train_words(people, enquiries, model, directory))


def _train_on_generated(directory: Path, size: TrainingSize, details_of: Path | None) -> None:
    from matching.training.train import train as fit  # noqa: PLC0415 - Splink is optional
    from matching.training.train import train_prints  # noqa: PLC0415

    typer.echo("making people ...", err=True)
    if details_of is not None:
        prints = make_print_inputs(size)
        typer.echo("fitting ...", err=True)
        typer.echo(train_prints(prints, details_of, directory))
        return
    inputs = make_training_inputs(size)
    typer.echo("fitting ...", err=True)
    typer.echo(fit(inputs, directory))


@app.command()
def info(call: AnswerCall, directory: DirectoryOption = None) -> None:
    """Verify the files of a model and show its name, version, digests and thresholds."""
    scorer = load_scorer(directory)
    shown = {
        "name": scorer.name,
        "version": scorer.version,
        "digest": scorer.digest,
        "configuration_digest": scorer.configuration_digest,
        "directory": str(directory or MODELS),
        "thresholds": {
            str(mode): {name: bits for name, bits in asdict(one).items() if bits is not None}
            for mode, one in scorer.policy.thresholds.items()
        },
    }
    call.say("\n".join(f"{name}: {value}" for name, value in shown.items()), shown)


law = Group(
    help="The checks that compare the distribution (law) of each source's prints with the model."
)

_Force = Annotated[str, typer.Argument(help="Code of the force; `all` for all forces.")]
_Account = Annotated[
    str, typer.Argument(help="Account that captures prints; `all` for the whole force.")
]


@law.command()
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
    has_moved = any(one.state is LawState.MOVED for one in found)
    said = "\n".join(lines) or "All sources follow the model."
    call.say(said, {"sources": told}, is_wrong=has_moved)


@law.command("set-home")
def set_home(call: Call, force: _Force, account: _Account = "all") -> None:
    """Reset a source: its checks start again, and an event records it."""
    settings = call.existing()
    digest = load_scorer(model_in_force(settings)).digest
    of_force, of_account = (ALL if name == "all" else name for name in (force, account))
    with open_store(settings) as services:
        change = set_at_home(services, CONSOLE, Source(of_force, of_account, digest))
    sentence = f"{source_words(change)}: reset to normal; servers take this up within seconds."
    call.say(sentence, {"number": change.number})
