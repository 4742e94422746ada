"""The forms of the public, one module each: data, and one function that words the request."""

from __future__ import annotations

from domain.applications.declarations import ApplicationForm
from domain.applications.forms import police_certificate, record_deletion, subject_access

FORMS: dict[str, ApplicationForm] = {
    form.kind: form
    for form in (police_certificate.FORM, subject_access.FORM, record_deletion.FORM)
}
"""Every form by the kind of request that it becomes; a new one is a line here.

A form is offered where its kind of request exists: the office checks that when it is asked.
"""
