"""Settings and galleries that are opened quickly, as thousands of tests want it.

The names under which the environment may give a setting are worked out once: pydantic does so at
each reading, for a hundred settings. The rotation of a key is made once, too: it takes 4 ms, and
tests open a gallery again and again under the same key.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from pydantic_settings.sources import PydanticBaseEnvSettingsSource

from domain.arrays import Float64s
from indexing import gallery_index
from indexing.codes import rotation
from indexing.files import verification


def make_starts_quick() -> None:
    """Make every reading of settings and every gallery of this process so."""
    PydanticBaseEnvSettingsSource._extract_field_info = _shared_names  # type: ignore[assignment]
    gallery_index.secret_rotation = verification.secret_rotation = _shared_rotation  # type: ignore[attr-defined]


_NAMES: dict[tuple[int, str, str], tuple[Any, Any]] = {}
"""By the identity of a field, which is kept beside them, by its name and by the prefix."""

_work_out = PydanticBaseEnvSettingsSource._extract_field_info


def _shared_names(source: Any, field: Any, name: str, *rest: Any) -> Any:
    if rest:
        return _work_out(source, field, name, *rest)
    key = (id(field), name, source.env_prefix)
    if key not in _NAMES:
        _NAMES[key] = (field, _work_out(source, field, name))
    return _NAMES[key][1]


@cache
def _shared_rotation(key: bytes | None, dimension: int) -> Float64s | None:
    made = rotation.secret_rotation(key, dimension)
    if made is not None:
        made.setflags(write=False)
    return made
