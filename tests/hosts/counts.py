"""What came of the calls: acknowledged, lost, doubled, left out; and whether the log is one."""

from __future__ import annotations

from service.bootstrap.keys import open_log_signer
from service.bootstrap.stores import open_store
from service.provenance.bundle.bundle import TrustedKeys
from service.settings import load_settings
from service.usecases.log.verification import verify_store
from tests.hosts.load import Load
from tests.hosts.site import NAMES, Site

WRONG = ("lost", "doubled", "partial_lists", "forked_logs", "findings")
"""Counts that have to be nothing."""


def counted(site: Site, load: Load) -> dict[str, object]:
    """Return what was acknowledged, lost, doubled and left out, and whether the log is one."""
    known = {kind: _ids(site, kind) for kind in ("encounters", "searches")}
    lost = [
        key
        for key, (kind, ids) in load.acknowledged.items()
        if any(one not in known[kind] for one in ids)
    ]
    doubled = sum(len(ids) > 1 for _, ids in load.acknowledged.values())
    # A row beyond those acknowledged, and beyond those never heard of again, was made twice.
    rows = sum(len(each) for each in known.values())
    doubled += max(0, rows - len(load.acknowledged) - load.given_up)
    listed = _listed(site, load)
    findings = _findings(site, load)
    return {
        "acknowledged": len(load.acknowledged),
        "lost": len(lost),
        "doubled": doubled,
        "lists_compared": len(listed),
        "partial_lists": listed.count(False),
        "never_acknowledged": load.given_up,
        "forked_logs": sum("fork" in one or "root" in one for one in findings),
        "findings": findings,
        "checkpoints_shown": len(load.notes),
        "failed_calls": load.failed,
        "answers": dict(load.answers),
        "longest_call_s": round(load.longest_s, 1),
    }


def _ids(site: Site, kind: str) -> set[str]:
    column = {"encounters": "encounter_id", "searches": "search_id"}[kind]
    with site.primary.connected("identlink") as server:
        rows = server.execute(f"SELECT {column} FROM {kind}").fetchall()  # noqa: S608
    return {str(row[0]) for row in rows}


def _listed(site: Site, load: Load) -> list[bool]:
    """Return of each search whether its list holds the person who was enrolled before it began.

    Whom a search has to find follows from what callers were told, not from any index.
    """
    with site.primary.connected("identlink") as server:
        rows = server.execute(
            "SELECT c.search_id, e.encounter_id FROM candidates c"
            " JOIN persons p USING (person_id) JOIN encounters e USING (person_row)"
        ).fetchall()
    held = {(str(search), str(found)) for search, found in rows}
    return [
        any((search, found) in held for found in load.acknowledged[sought][1])
        for key, sought in load.sought.items()
        for search in load.acknowledged.get(key, ("", set()))[1]
    ]


def _findings(site: Site, load: Load) -> list[str]:
    """Verify the log against all that any host ever signed, showed or remembers."""
    held = set(load.notes)
    held |= {path.read_bytes() for path in site.directory.glob("*/keys/checkpoint.last")}
    url = f"postgresql://identlink@/identlink?host={site.primary.socket}"
    settings = load_settings(store=site.directory / NAMES[0], database_url=url, vault_url=url)
    with open_store(settings) as services:
        trusted = TrustedKeys(open_log_signer(settings).verifier, ())
        report = verify_store(services, trusted, held=sorted(held), is_deep=True)
    return [f"{one.code}: {one.detail}" for one in report.log.findings]
