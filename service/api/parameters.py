"""Parameters that several endpoints share."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query

IdInPath = Annotated[
    str, Path(pattern=r"^[A-Za-z0-9_-]{1,64}$", description="An id of this service.")
]
"""An id that cannot exist is answered like one that does not: not found."""

AgencyInPath = Annotated[
    str, Path(pattern=r"^[A-Za-z0-9._-]{1,40}$", description="Code of an agency.")
]

Limit = Annotated[int, Query(ge=1, le=200, description="Most entries of a page.")]

Before = Annotated[
    str | None,
    Query(pattern=r"^[A-Za-z0-9._:=+/-]{1,200}$", description="`next_before` of the page before."),
]

After = Annotated[
    str | None,
    Query(pattern=r"^[A-Za-z0-9_-]{1,64}$", description="`next_after` of the page before."),
]

TaskInPath = Annotated[
    str, Path(pattern=r"^[A-Za-z0-9_-]{1,64}$", description="`task_id` of a line of the queue.")
]

_REFERENCE = Query(
    pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._:/()#-]{0,63}$",
    description="Only those under this reference of the client, in small or capital letters.",
)
ReferenceOf = Annotated[str, _REFERENCE]
ReferenceFilter = Annotated[str | None, _REFERENCE]
