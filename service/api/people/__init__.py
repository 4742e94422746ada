"""Captures, merges, erasures, and cases on the gallery itself.

- `amendments_schemas`: amendments of a record, and its versions
- `capture_bodies`: bodies with a capture: JSON, or a form of JSON and files
  (multipart/form-data)
- `captures`: a capture as it travels in JSON, read into impressions with pictures and minutiae
- `consultations`: supervisors and auditors list the looks at a person
- `convictions_schemas`: convictions as they travel in both directions: the names of
  `domain.convictions`
- `encounters`: forces enrol captures
- `erasures`: supervisors have people erased: one asks, another confirms, any calls back in time
- `gallery_cases`: supervisors settle doubts about the gallery itself
- `items_schemas`: items of a record, as they travel in both directions
- `merges`: supervisors merge persons and take merges back: one proposes, another confirms
- `prints`: forces get the prints of their captures back, as files of the standards
- `records`: forces read and amend the records that they hold; auditors read any version
- `records_schemas`: the stated details of a person, and the criminal record held on one
- `travelling`: how templates, pictures and minutiae travel: base64 of floats, images and records
"""

from __future__ import annotations

from service.api.people import (
    consultations,
    encounters,
    erasures,
    gallery_cases,
    merges,
    prints,
    records,
)

ROUTERS = (
    consultations.router,
    encounters.router,
    prints.router,
    records.router,
    merges.router,
    erasures.router,
    gallery_cases.router,
)
