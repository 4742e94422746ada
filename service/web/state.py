"""What the pages work with, hung on the application once."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from service.usecases.workbench import Workbench


async def _bench(request: Request) -> Workbench:
    bench: Workbench = request.app.state.workbench
    return bench


BenchOf = Annotated[Workbench, Depends(_bench)]
