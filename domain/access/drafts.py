"""The text of forms that were sent after their session had ended."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from domain.ids import UserId


@dataclass(frozen=True, slots=True)
class Draft:
    """The fields of a form that was submitted too late. They are not sealed, and only their writer
    can read them.
    """

    user_id: UserId
    step: str
    """The form, by the route that takes it: `cases/{case_id}/analysis`."""
    about_id: str
    """What the page is about; the account of the writer where that is nothing yet."""
    fields: Mapping[str, str]
    kept_at: datetime
