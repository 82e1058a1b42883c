"""Parameters that several routes take."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query

_ID = r"^[0-9a-f]{32}$"

SessionId = Annotated[str, Path(pattern=_ID, description="Id of the session.")]
ObjectId = Annotated[str, Path(pattern=_ID, description="Id of the object.")]
Limit = Annotated[int, Query(ge=1, le=200, description="Most items on a page.")]
Cursor = Annotated[str | None, Query(max_length=200, description="`next` of the page before.")]
