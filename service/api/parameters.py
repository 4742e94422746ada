"""Parameters that several endpoints share."""

from typing import Annotated

from fastapi import Path, Query

IdInPath = Annotated[
    str, Path(pattern=r"^[A-Za-z0-9_-]{1,64}$", description="An id of this service.")
]
"""An id of impossible form is answered like an id that does not exist: not found."""

AgencyInPath = Annotated[
    str, Path(pattern=r"^[A-Za-z0-9._-]{1,40}$", description="Code of an agency.")
]

Limit = Annotated[int, Query(ge=1, le=200, description="The most entries on a page.")]

Before = Annotated[
    str | None,
    Query(
        pattern=r"^[A-Za-z0-9._:=+/-]{1,200}$", description="`next_before` of the previous page."
    ),
]

After = Annotated[
    str | None,
    Query(pattern=r"^[A-Za-z0-9_-]{1,64}$", description="`next_after` of the previous page."),
]

TaskInPath = Annotated[
    str, Path(pattern=r"^[A-Za-z0-9_-]{1,64}$", description="`task_id` of a line of the queue.")
]

_REFERENCE = Query(
    pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._:/()#-]{0,63}$",
    description="Only entries with this reference of the client; upper and lower case are"
    " the same.",
)
ReferenceOf = Annotated[str, _REFERENCE]
ReferenceFilter = Annotated[str | None, _REFERENCE]
