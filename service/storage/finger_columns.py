"""The two columns in which comparisons, decisions and links name fingers."""

from __future__ import annotations

from domain.errors import LogDamagedError
from domain.fingers import Fingers
from service.storage.engine.rows import AnyRow


def finger_columns(fingers: Fingers | None) -> dict[str, str | None]:
    """Return the columns of a row that names fingers; both empty for earlier rows."""
    return {
        "fingers_compared": None if fingers is None else fingers.compared_codes,
        "fingers_identified": None if fingers is None else fingers.identified_codes,
    }


def fingers_in(row: AnyRow) -> Fingers | None:
    """Return the fingers that a row names; raises LogDamagedError when they are no positions."""
    try:
        return Fingers.read(row.fingers_compared, row.fingers_identified)
    except ValueError as error:
        raise LogDamagedError("A row names a finger that does not exist.") from error
