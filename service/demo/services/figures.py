"""Publishes a quarter's figures: released once, counted again, written as public pages.

A demo's store has no past. So requests for the last full quarter are generated, in about the
proportions of such an office; their facts are added to the statistics without any requests behind
them.
"""

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np

from domain.access.access import Purpose
from domain.publication import CountableFact, Quarter, Stage, Timeliness
from domain.requests.requests import PartyKind, ReplyOutcome
from service.cli.context import CONSOLE
from service.demo.services.scene import Scene
from service.usecases.log.recording import give_fact
from service.usecases.publication.releases import check_release, disclosure_log, list_releases
from service.web.publication.site import site_files

_DRAWN = 600
_SHARES = {
    ("police-certificate", PartyKind.PERSON): 0.74,
    ("subject-access", PartyKind.PERSON): 0.15,
    ("agency-names-enquiry", PartyKind.AGENCY): 0.05,
    ("conviction-information", PartyKind.STATE): 0.05,
    ("record-deletion", PartyKind.PERSON): 0.01,
}
_OUTCOMES = (ReplyOutcome.NO_RECORD, ReplyOutcome.INFORMATION, ReplyOutcome.DENIED)
_MOST_ANSWERS = 1_000


def show(scene: Scene) -> None:
    """Release the figures of the last full quarter, recount them, write the public site."""
    quarter = Quarter.of(Quarter.of(scene.today).first_day - timedelta(days=1))
    services = scene.services
    if all(one.quarter != quarter for one in list_releases(services, CONSOLE)):
        _give_drawn_facts(scene, quarter)
        _release(scene, quarter)
    agrees = check_release(services, CONSOLE, quarter)
    scene.say(f"Counted again, the figures {'are the same' if agrees else 'DIFFER'}.")
    scene.say(
        f"Open it in a browser: {scene.stage.address}/workbench/publication/releases/{quarter}"
        " (sign in as supervisor-a),"
    )
    scene.say(f"or without sign-in: {_written_site(scene, quarter)}")


def _give_drawn_facts(scene: Scene, quarter: Quarter) -> None:
    services = scene.stage.runtime.services
    with services.units.write() as unit:
        for fact in drawn_facts(quarter, seed=scene.population.seed):
            give_fact(services, unit, CONSOLE, fact)
        unit.commit()
    scene.say(f"\nThe requests of {quarter} are generated: this store did not exist then.")


def drawn_facts(quarter: Quarter, *, seed: int) -> Iterator[CountableFact]:
    """Yield facts of requests received in a quarter, and of those also closed in it."""
    rng = np.random.default_rng([seed, quarter.year, quarter.number])
    kinds, shares = list(_SHARES), list(_SHARES.values())
    days_of_quarter = (quarter.last_day - quarter.first_day).days
    for number in range(_DRAWN):
        service, asker = kinds[int(rng.choice(len(kinds), p=shares))]
        # Requests received late in the quarter end after it, and count in the next quarter.
        received = int(rng.integers(0, days_of_quarter + 1))
        days = int(rng.gamma(2.0, 6.0))
        party = "" if asker is PartyKind.PERSON else f"{asker.value[:1].upper()}{rng.integers(6)}"
        common = (f"drawn-{quarter}-{number}", service, asker.value, party)
        yield _fact(common, 1, Stage.RECEIVED, quarter.first_day + timedelta(days=received))
        if received + days <= days_of_quarter:
            yield _closed(common, quarter.first_day + timedelta(days=received), days, rng)


_Common = tuple[str, str, str, str]


def _fact(common: _Common, number: int, stage: Stage, on: date) -> CountableFact:
    subject, service, asker, party = common
    return CountableFact(subject, number, stage, service, on, asker=asker, party=party)


def _closed(common: _Common, received: date, days: int, rng: np.random.Generator) -> CountableFact:
    subject, service, asker, party = common
    return CountableFact(
        subject,
        5,
        Stage.CLOSED,
        service,
        received + timedelta(days=days),
        outcome=_OUTCOMES[int(rng.choice(len(_OUTCOMES), p=(0.7, 0.25, 0.05)))].value,
        timeliness=Timeliness.LATE if days > 28 else Timeliness.IN_TIME,
        asker=asker,
        party=party,
        days=days,
    )


def _release(scene: Scene, quarter: Quarter) -> None:
    secret = scene.stage.secrets["administrator:one"]
    with scene.stage.calling(secret, Purpose.OPERATIONS) as administrator:
        made = administrator.post("/v1/publication/releases", {"quarter": str(quarter)})
    scene.say(
        f"The quarter {quarter} is released: {len(made['tables'])} tables after disclosure"
        f" control, at {made['log_size']} events of the log."
    )


def _written_site(scene: Scene, quarter: Quarter) -> str:
    """Write the public site into the store's directory; return the release page's address."""
    services, directory = scene.stage.runtime.services, scene.stage.store / "public-site"
    releases = list_releases(services, CONSOLE)
    for name, content in site_files(
        releases, disclosure_log(services, CONSOLE, limit=_MOST_ANSWERS).items
    ).items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return (directory / "releases" / f"{quarter}.html").resolve().as_uri()
