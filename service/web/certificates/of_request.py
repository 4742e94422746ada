"""Certificates of an application: issued, read and revoked."""

from starlette.responses import RedirectResponse, Response

from domain.access.access import Scope
from domain.ids import CertificateId, RequestId
from domain.requests.certificates import RevocationGround
from service.api.state import CertificateDeskOf
from service.usecases.certificates.checking import (
    certificate_document,
    certificates_of,
    revoke_certificate,
)
from service.usecases.certificates.issuing import issue_certificate
from service.web.drafts import begun_form
from service.web.examination.desk import IdInPath
from service.web.forms import Form, FormOf, options
from service.web.page_route import page_router
from service.web.visitors import CaseOfficerOf, RequestReaderOf, Visit

router = page_router("/workbench/requests")
documents = page_router("/workbench/certificates")


@router.get("/{request_id}/certificates")
def show_certificates(visit: RequestReaderOf, request_id: IdInPath) -> Response:
    """Show the certificates of an application, and whether each is valid now."""
    return _page(visit, request_id, begun_form(visit))


@router.post("/{request_id}/certificate")
def post_certificate_form(
    visit: CaseOfficerOf, request_id: IdInPath, form: FormOf, desk: CertificateDeskOf
) -> Response:
    """Issue the certificate of a released application."""
    with form.taking("issue"):
        issue_certificate(visit.services, desk, visit.caller, RequestId(request_id))
        return RedirectResponse(f"/workbench/requests/{request_id}/certificates", status_code=303)
    return _page(visit, request_id, form, status=409)


@documents.get("/{certificate_id}.pdf")
def show_certificate_document(visit: RequestReaderOf, certificate_id: IdInPath) -> Response:
    """Return the document of a certificate."""
    document = visit.use(certificate_document, CertificateId(certificate_id))
    headers = {"Content-Disposition": 'attachment; filename="certificate.pdf"'}
    return Response(document, media_type="application/pdf", headers=headers)


@router.post("/{request_id}/certificates/{certificate_id}/revocation")
def post_revocation_form(
    visit: CaseOfficerOf, request_id: IdInPath, certificate_id: IdInPath, form: FormOf
) -> Response:
    """Revoke a certificate."""
    ground = form.choice("ground", RevocationGround, missing="Choose why.")
    words = form.text("words", missing="Give a reason.")
    if ground is None or form.errors:
        return _page(visit, request_id, form, status=422)
    visit.use(revoke_certificate, CertificateId(certificate_id), ground, words)
    return RedirectResponse(f"/workbench/requests/{request_id}/certificates", status_code=303)


def _page(visit: Visit, request_id: str, form: Form, *, status: int = 200) -> Response:
    found = visit.use(certificates_of, RequestId(request_id))
    values = {
        "request_id": request_id,
        "found": found.certificates,
        "form": form,
        "grounds": options(RevocationGround),
        "may_work": Scope.WORK_REQUESTS in visit.caller.actor.scopes,
    }
    return visit.page("certificates/of_request.html", values, status=status)
