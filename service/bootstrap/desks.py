"""Opens what serves one kind of work: certificates, exchange, prints, documents, sign-in."""

import time

from domain.errors import ConfigurationError
from domain.exchange.codes import StateCode
from domain.store_secrets import StoreSecret
from prints.print_format import PrintFormat
from service.adapters.documents.certificate_pdf import certificate_pdf
from service.adapters.documents.sealing import PdfSeal, SealKey, timestamper_at, validation_of
from service.adapters.identity.oidc_provider import OidcProvider
from service.adapters.identity.provider_settings import provider_plan
from service.adapters.identity.provider_web import ProviderWeb
from service.adapters.isolation.confinement import Lock, offered
from service.adapters.isolation.frames import Limits
from service.adapters.isolation.worker import UNLOCKED
from service.adapters.log_signer import OfficeKey
from service.adapters.model_shelf import DirectoryShelf
from service.adapters.prints.isolated import IsolatedFinder, IsolatedReader, PrintProcesses
from service.adapters.surroundings import utc_now
from service.adapters.uploads.checking import ClamdScanner, IsolatedPages, IsolatedUploads
from service.bootstrap.keys import open_log_signer, prepared, store_mac
from service.channels.exchange.signatures import JwsSignatures
from service.channels.exchange.signed_http import DropFolder, SignedHttpChannel
from service.live.rate_limits import AttemptPolicy, ProbeGuard
from service.settings import Settings
from service.usecases.applications.showing import UploadDesk
from service.usecases.certificates.issuing import CertificateDesk
from service.usecases.exchange.desk import ExchangeDesk
from service.usecases.print_desk import PrintDesk
from service.usecases.workbench import ProviderDesk, parse_role_map

_PATIENCE = 3
"""A call that has not got its processor time after so many times as long waits for a machine that
is too busy."""


_PLANES = b"planes of probes"


def open_provider(settings: Settings) -> ProviderDesk | None:
    """Return the identity provider, or None if none is set; nothing is fetched from it yet.

    Raises ConfigurationError.
    """
    plan = provider_plan(settings)
    if plan is None:
        return None
    return ProviderDesk(
        OidcProvider(plan, ProviderWeb(), time.monotonic),
        parse_role_map(settings.oidc_roles),
        cookie_mac=store_mac(settings, StoreSecret.SIGN_IN),
        contexts=frozenset(settings.provider_acr),
    )


def open_exchange(settings: Settings) -> ExchangeDesk | None:
    """Return the desk of the exchange with other States, or None if none is set.

    Its key is made on first use. Raises ConfigurationError if others can read a key file.
    """
    if settings.exchange_state is None:
        return None
    signing = prepared(settings, StoreSecret.EXCHANGE).signing(StoreSecret.EXCHANGE)
    folder = settings.exchange_folder
    return ExchangeDesk(
        StateCode(settings.exchange_state),
        JwsSignatures(signing),
        SignedHttpChannel(allow_plain=settings.exchange_plain_http),
        DropFolder(folder) if folder else None,
        since=settings.exchange_since,
        mac=store_mac(settings, StoreSecret.REFERENCES),
    )


def open_certificates(settings: Settings) -> CertificateDesk:
    """Return the desk that makes certificates; the office's key is made on first use.

    Raises ConfigurationError if others can read a key file.
    """
    return CertificateDesk(
        OfficeKey(prepared(settings, StoreSecret.CERTIFICATES).signing(StoreSecret.CERTIFICATES)),
        certificate_pdf,
        _seal(settings),
        open_log_signer(settings),
        settings.certificate_office,
        settings.certificate_address,
        settings.certificate_signatory,
    )


def _seal(settings: Settings) -> PdfSeal:
    key = SealKey(
        settings.keys_directory,
        lambda: prepared(settings, StoreSecret.SEAL).seal(),
        settings.certificate_office,
        utc_now(),
    )
    address, roots = settings.certificate_timestamp_url, settings.certificate_timestamp_roots
    if address is None:
        return PdfSeal(key)
    validation = None if roots is None else validation_of(key, roots.read_bytes())
    return PdfSeal(key, timestamper_at(address), validation)


def open_models(settings: Settings) -> DirectoryShelf:
    """Return all models that were ever in use in a store."""
    return DirectoryShelf(settings.model_shelf)


def open_prints(settings: Settings, fmt: PrintFormat) -> PrintDesk:
    """Return the reader of prints; its processes start with the first file."""
    seconds = float(settings.print_seconds)
    processes = PrintProcesses(
        settings.print_processes,
        Limits(processor_s=seconds, patience_s=_PATIENCE * seconds),
        # A gallery whose templates come from outside finds no minutiae.
        extractor=settings.print_extractor if fmt.features is not None else "",
        may_be_unlocked=settings.unlocked_readers,
    )
    return PrintDesk(
        fmt, IsolatedReader(processes), IsolatedFinder(processes, settings.print_extractor)
    )


def demand_locks(settings: Settings) -> None:
    """Raise ConfigurationError if the processes that read uploaded files cannot be confined."""
    if not settings.unlocked_readers and Lock.SECCOMP not in offered():
        raise ConfigurationError(UNLOCKED)


def open_uploads(settings: Settings) -> UploadDesk:
    """Return the desk that checks documents of applicants. Raises ConfigurationError."""
    scanner = None if settings.virus_scanner is None else ClamdScanner(settings.virus_scanner)
    unlocked = settings.unlocked_readers
    return UploadDesk(
        IsolatedUploads(may_be_unlocked=unlocked), scanner, IsolatedPages(may_be_unlocked=unlocked)
    )


def open_guard(settings: Settings, fmt: PrintFormat) -> ProbeGuard | None:
    """Return what counts attempts with nearly the same probe, or None if they are not limited."""
    attempts = settings.probe_attempts
    if not attempts:
        return None
    mac = store_mac(settings, StoreSecret.PROBES)
    return ProbeGuard(fmt.sketcher(mac(_PLANES)), AttemptPolicy(attempts))
