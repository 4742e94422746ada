"""Captures, merges, erasures, and cases on the gallery itself.

- `amendments_schemas`: amendments of a record, and its versions
- `captures_schemas`: impressions with their templates, as they travel in both directions
- `consultations`: supervisors and auditors list the looks at a person
- `consultations_schemas`: consultations of a person, without the id of any account
- `convictions_schemas`: convictions as they travel in both directions: the names of
  `domain.convictions`
- `encounters`: forces enrol captures
- `encounters_schemas`: enrolment: the capture that is sent, and its answer
- `erasures`: supervisors have people erased: one asks, another confirms, any calls back in time
- `erasures_schemas`: erasures of people
- `gallery_cases`: supervisors settle doubts about the gallery itself
- `gallery_cases_schemas`: cases on the gallery itself
- `images`: how pictures travel: base64 of one PNG of the one impression
- `items_schemas`: items of a record, as they travel in both directions
- `merges`: supervisors merge persons and take merges back: one proposes, another confirms
- `merges_schemas`: merges of persons
- `minutiae`: how minutiae travel: base64 of one ISO/IEC 19794-2:2011 record of the one
  impression
- `records`: forces read and amend the records that they hold; auditors read any version
- `records_schemas`: the stated details of a person, and the criminal record held on one
- `templates`: how a template travels: base64 of little-endian floats, with the name of its
  format
"""

from __future__ import annotations

from service.api.people import (
    consultations,
    encounters,
    erasures,
    gallery_cases,
    merges,
    records,
)

ROUTERS = (
    consultations.router,
    encounters.router,
    records.router,
    merges.router,
    erasures.router,
    gallery_cases.router,
)
