"""The court bundle of a link: its content is gathered, its digest is logged, and it is signed."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256

from domain.access.access import Caller, Role, Scope
from domain.errors import InvalidNoteError, NotPermittedError, existing
from domain.events.catalogue import LoggedEvent, kind_of
from domain.events.links import CourtBundleMade
from domain.examination.cases import Comparison, Decision, Link
from domain.examination.markups import FingerMarkup
from domain.ids import ForceCode, LinkId, UserId
from domain.prints.prints import Impression
from domain.searches.searches import Candidate, Search
from service.ports import print_images
from service.ports.signing import LogSigner
from service.provenance.canonical import EventBody, read_event
from service.provenance.court import bundle
from service.provenance.log.checkpoints import open_checkpoint
from service.provenance.log.note_keys import SignatureType
from service.storage.unit_of_work import UnitOfWork
from service.usecases.examination.claiming import refuse_if_tampered
from service.usecases.links.links import visible_link
from service.usecases.links.report import CourtReport, court_report
from service.usecases.log.checkpoints import demand_witnessed, make_checkpoint
from service.usecases.log.reading import growth, receipts_of
from service.usecases.log.recording import record
from service.usecases.log.state_age import root_at
from service.usecases.policy import CasePolicy
from service.usecases.searches.correspondence import FingerCorrespondence, correspondences
from service.usecases.services import StoreServices


@dataclass(frozen=True, slots=True, eq=False)
class CourtPrint:
    """One print of the bundle."""

    name: str
    """The name of its file, `prints/...png`."""
    is_probe: bool
    impression: Impression
    image: print_images.PrintImage

    @property
    def sha256(self) -> str:
        """The digest of the file, in hexadecimal digits."""
        return sha256(self.image.png).hexdigest()

    @property
    def read_by(self) -> str:
        """The extractor that read its minutiae, as `name/version`; empty if not recorded."""
        return print_images.picture_facts(self.image.png).minutiae_by


@dataclass(frozen=True, slots=True, eq=False)
class CourtPage:
    """Everything shown on the page of a bundle."""

    link: Link
    search: Search
    owner: ForceCode | None
    candidate: Candidate
    decisions: tuple[Decision, ...]
    comparisons: Mapping[UserId, Comparison]
    """The deciding examiners' comparisons with the linked person."""
    analyses: Mapping[UserId, tuple[FingerMarkup, ...]]
    """The probe as marked up by the deciding examiners before any exemplar was shown."""
    names: Mapping[UserId, str]
    statements: tuple[bundle.Statement, ...]
    prints: tuple[CourtPrint, ...]
    line_ups: Mapping[UserId, int]
    """The number of exemplars that each deciding examiner was given to compare."""
    wanted_exemplars: int
    """The number of exemplars that the office gives if the search finds enough."""
    report: CourtReport
    has_images: bool
    """Whether the maker of the bundle chose to disclose the images."""
    correspondences: tuple[FingerCorrespondence, ...] = ()
    """Correspondences that the matcher finds in the stored minutiae; empty if there are no
    minutiae."""


@dataclass(frozen=True, slots=True)
class CourtDesk:
    """The tools for making bundles: the signer of the log, the prints, and the page."""

    services: StoreServices
    signer: LogSigner
    prints: print_images.PrintImages
    draw: Callable[[CourtPage], Mapping[str, bytes]]
    """Returns the files of the page. The page refers to the prints by name."""
    policy: CasePolicy


def court_bundle(
    desk: CourtDesk, caller: Caller, link_id: LinkId, *, images: bool = True
) -> bytes:
    """Return a link's court bundle as a zip for readers outside the office; this is logged.

    `images` says whether the images of the prints are disclosed; the event states this too. A
    checkpoint over that event is signed, and every event in the bundle is proved against the
    checkpoint. Raises NotPermittedError for a force and for callers who may not read links,
    NotFoundError, AwaitsWitnessError, and EvidenceTamperedError if a row behind the link differs
    from its event: without that row, the bundle would still look complete.
    """
    caller.actor.require(Scope.READ_LINKS)
    if caller.actor.role is Role.FORCE:
        raise NotPermittedError
    services = desk.services
    with services.units.write() as unit:
        link = visible_link(services, unit, caller, link_id)
        demand_witnessed(services, unit, link)
        case = existing(unit.cases.get(link.case_id))
        refuse_if_tampered(services, unit, caller, case, link_id)
    with services.units.read() as unit:
        page = _page(unit, desk, link, has_images=images)
        court = _court(unit, desk, page)
    manifest = bundle.manifest_of(court)
    with services.units.begin() as unit:
        record(services, unit, caller, CourtBundleMade(link_id, manifest.sha256, images))
    make_checkpoint(services, desk.signer)
    with services.units.read() as unit:
        told = {event.seq: event for event in _about(unit, page.link)}
        numbers = [one.event.seq for one in page.statements]
        events = [*map(told.__getitem__, numbers), _sealing(told.values(), manifest)]
        receipts = receipts_of(unit, events)
        head = open_checkpoint(receipts[0].checkpoint, desk.signer.verifier).checkpoint
        growths = {name: growth(unit, size, head.size) for name, size in manifest.sizes.items()}
        return bundle.archive(manifest, receipts, str(desk.signer.verifier), growths)


def _sealing(told: Iterable[LoggedEvent], manifest: bundle.Manifest) -> LoggedEvent:
    """Return the event that states the digest of this manifest."""
    return next(
        event
        for event in told
        if event.event_type == CourtBundleMade.event_type
        and read_event(event.body).typed_as(CourtBundleMade).manifest_sha256 == manifest.sha256
    )


def _page(unit: UnitOfWork, desk: CourtDesk, link: Link, *, has_images: bool) -> CourtPage:
    case = existing(unit.cases.get(link.case_id))
    search = existing(unit.searches.get(link.search_id))
    candidate = existing(unit.searches.candidate(link.candidate_id))
    decisions = tuple(one for one in case.decisions if one.decision_id in link.decision_ids)
    bodies = tuple(_bodies(unit, link))
    record_held = unit.people.record(link.record_id) if link.record_id else None
    report = court_report(unit, link, case, candidate, now=desk.services.now())
    actors = {body.actor for body in bodies} | report.people
    names = unit.accounts.names([*actors])
    return CourtPage(
        link=link,
        search=search,
        owner=record_held.force if record_held else None,
        candidate=candidate,
        decisions=decisions,
        comparisons=dict(_comparisons(unit, link, decisions)),
        analyses={
            one.decided_by: analysis.fingers
            for one in decisions
            if (analysis := unit.cases.analysis(link.case_id, one.decided_by)) is not None
        },
        names=names,
        statements=tuple(bundle.Statement(_sentence(body, names), body) for body in bodies),
        prints=tuple(_prints(unit, desk.prints, link, candidate)),
        line_ups={
            one.decided_by: len(seen.order)
            for one in decisions
            if (seen := unit.cases.examination(link.case_id, one.decided_by)) is not None
        },
        wanted_exemplars=desk.policy.exemplars_of(search.search_type),
        report=report,
        has_images=has_images,
        correspondences=correspondences(
            unit, desk.services.print_format, search, candidate.encounter_id
        ),
    )


def _bodies(unit: UnitOfWork, link: Link) -> Iterator[EventBody]:
    """Yield the events that led to the link, including those that commit to its rows."""
    for event in _about(unit, link):
        declared = kind_of(event.event_type).declared
        if declared.tells_a_link or declared.commits:
            yield read_event(event.body)


def _about(unit: UnitOfWork, link: Link) -> list[LoggedEvent]:
    refs = (link.search_id, link.case_id, link.link_id)
    found = {event.seq: event for ref in refs for event in unit.events.about(ref)}
    return [found[seq] for seq in sorted(found)]


def _sentence(body: EventBody, names: Mapping[UserId, str]) -> str:
    says = kind_of(body.event_type).declared.sentence.rstrip(".")
    return f"{body.at:%Y-%m-%d %H:%M} UTC, {names.get(body.actor, body.actor)}: {says}"


def _comparisons(
    unit: UnitOfWork, link: Link, decisions: tuple[Decision, ...]
) -> Iterator[tuple[UserId, Comparison]]:
    for decision in decisions:
        for comparison in unit.cases.comparisons(link.case_id, decision.decided_by):
            if comparison.candidate_id == link.candidate_id:
                yield decision.decided_by, comparison


def _prints(
    unit: UnitOfWork, prints: print_images.PrintImages, link: Link, candidate: Candidate
) -> Iterator[CourtPrint]:
    """Yield those prints of both captures that have an image."""
    probe = unit.searches.probe(link.search_id)
    sides: dict[print_images.OfSearch | print_images.OfEncounter, tuple[Impression, ...]] = {
        print_images.OfSearch(link.search_id): probe.impressions if probe else ()
    }
    encounter = unit.encounters.get(candidate.encounter_id) if candidate.encounter_id else None
    if encounter is not None:
        sides[print_images.OfEncounter(encounter.encounter_id)] = encounter.impressions
    for capture, impressions in sides.items():
        is_probe = isinstance(capture, print_images.OfSearch)
        side = "probe" if is_probe else "exemplar"
        for number, impression in enumerate(impressions, 1):
            image = prints.of(capture, impression)
            if image is not None and image.origin is not print_images.PrintOrigin.NONE:
                name = f"prints/{side}-{number}.png"
                yield CourtPrint(name, is_probe, impression, image)


def _court(unit: UnitOfWork, desk: CourtDesk, page: CourtPage) -> bundle.Court:
    files = {one.name: one.image.png for one in page.prints if page.has_images}
    return bundle.Court(
        link_id=page.link.link_id,
        statements=page.statements,
        rows=tuple(
            (one.event.seq, text)
            for one in page.statements
            for text in unit.state.committed_texts(one.event)
            if not _tells_candidates(text)
        ),
        payloads=tuple(_opened(unit, page)),
        files={**desk.draw(page), **files},
        witnesses=tuple(_cosigned(unit, desk.signer)),
    )


def _tells_candidates(text: str) -> bool:
    """Whether committed rows are those of a search and its candidates.

    Such rows hold the posterior of every candidate. This probability takes details and the size of
    the gallery into account, so it must not be given to a court as a machine's result.
    """
    _, *rows = text.splitlines()
    return any(json.loads(row)[0] == "candidates" for row in rows)


def _cosigned(unit: UnitOfWork, signer: LogSigner) -> Iterator[bundle.Cosigned]:
    """Yield each known witness's latest cosignature, if it is of the present log.

    The bundle's verifier supports only Ed25519, so ML-DSA-44 cosignatures are left out.
    """
    for note in unit.checkpoints.newest_cosigned():
        try:
            signed = open_checkpoint(note, signer.verifier, signer.witness_keys)
        except InvalidNoteError:
            continue
        head = signed.checkpoint
        if not 0 < head.size <= unit.events.size() or root_at(unit, head.size) != head.root:
            continue
        for found in signed.cosignatures:
            if found.key.signature_type is SignatureType.COSIGNATURE and found.at is not None:
                yield bundle.Cosigned(found.key, note, head.size, int(found.at.timestamp()))


def _opened(unit: UnitOfWork, page: CourtPage) -> Iterator[bundle.OpenedPayload]:
    """Yield the words and the marked points of the deciding examiners."""
    says = unit.links.payloads_behind(page.link)
    committed = {
        payload.ref: one.event.seq for one in page.statements for payload in one.event.payloads
    }
    for number, opening in sorted(unit.state.openings(says).items()):
        if opening.ref in committed:
            yield bundle.OpenedPayload(says[number], committed[opening.ref], opening)
