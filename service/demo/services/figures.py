"""A certificate is issued, checked online and offline, and superseded with its link; and a
quarter's figures are released once, counted again and written as public pages.

A demo's store has no past. So requests for the last full quarter are generated, in about the
proportions of such an office; their facts are added to the statistics without any requests behind
them.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import httpx2
import numpy as np

from domain.access.access import Purpose
from domain.people.people import Record
from domain.publication import CountableFact, Quarter, Stage, Timeliness
from domain.requests.requests import PartyKind, ReplyOutcome
from rules.step_down import Stated, step_down
from service.cli.context import CONSOLE
from service.demo.calls import search_body
from service.demo.scenario import PlannedSearch, applicant
from service.demo.services.scene import Scene
from service.provenance.credentials.checking import TrustedKeys, check_file
from service.usecases.log.recording import give_fact
from service.usecases.publication.releases import check_release, disclosure_log, list_releases
from service.usecases.requests.notices import give_owed_notices
from service.web.publication.site import site_files

_ANSWER = re.compile(r"Answer: (\w+)")


def show_certificate(scene: Scene) -> None:
    """Issue a certificate, check it, revoke the link that it is based on, and check it again."""
    scene.say(
        "\nA person applies for a police certificate. Stepping down is synthetic policy here."
    )
    planned = _applicant(scene)
    details = search_body(planned.search_type, planned.probe.probe)["details"]
    work = scene.opened(scene.certificate_request(details))
    work.post("steps", step="accept")
    found = scene.identified_by_prints(work, planned)
    scene.say(f"Identity: {found['outcome']}, by {found['basis']}.")
    scene.released(work)
    issued = work.officer.post(f"{work.path}/certificate")
    (certificate,) = work.officer.get(f"{work.path}/certificates")["certificates"]
    scene.say(f"Two people released it: certificate {issued['number']}, {certificate['outcome']}.")
    _check_offline(
        scene, scene.downloaded(f"/v1/certificates/{issued['certificate_id']}/document")
    )
    scene.say(f"The page on which anybody can check it says: {_asked(scene, issued)}.")
    _revoke_link(scene, str(found["link_id"]))
    give_owed_notices(scene.services, lambda: False)
    scene.say(f"The link that it is based on is revoked. The page says: {_asked(scene, issued)}.")
    told = {one["kind"] for one in work.read()["notices"]}
    scene.say(f"Notices to the holder: {', '.join(sorted(told))}.")


def _applicant(scene: Scene) -> PlannedSearch:
    """Return new prints of a person whose record can be certified."""
    for number, record in scene.people_on_record():
        planned = applicant(scene.population, number, run=scene.run)
        said = planned.probe.probe.details
        if said.names and said.dates_of_birth and _is_readable(record):
            return planned
    raise LookupError(
        "No enrolled person has a record that can be certified: enrol more people with --persons."
    )


def _is_readable(record: Record) -> bool:
    today = date(2026, 1, 1)
    return bool(record.convictions) and all(
        step_down(one, today).stated is not Stated.UNKNOWN and not one.source.kind.is_told
        for one in record.convictions
    )


def _check_offline(scene: Scene, document: bytes) -> None:
    keys = httpx2.get(f"{scene.stage.address}/v1/certificates/keys").json()
    found = check_file(document, TrustedKeys(keys["office_key"], keys["log_key"]))
    for one in found.statements:
        scene.say(f"  offline, {one.name}: {'holds' if one.holds else 'FAILS'}. {one.words}")


def _asked(scene: Scene, issued: dict[str, Any]) -> str:
    """Return the answer of the page on which anybody can check a certificate."""
    fields = {name: issued[name] for name in ("number", "code")}
    # The answer is a page to which the form redirects, kept for whoever sent the form.
    with httpx2.Client(base_url=scene.stage.address, follow_redirects=True) as visitor:
        page = visitor.post("/certificates", data=fields).text
    found = _ANSWER.search(page)
    return found[1] if found else "nothing"


def _revoke_link(scene: Scene, link_id: str) -> None:
    secret = scene.stage.secrets["supervisor:one"]
    with scene.stage.calling(secret, Purpose.SUPERVISION) as supervisor:
        supervisor.post(f"/v1/links/{link_id}/revocation", {"reason": "Prints were exchanged."})


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


def show_figures(scene: Scene) -> None:
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
    with services.units.begin() as unit:
        for fact in drawn_facts(quarter, seed=scene.population.seed):
            give_fact(services, unit, CONSOLE, fact)
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
