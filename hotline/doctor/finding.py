"""One thing that the doctor found."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

State = Literal["good", "doubt", "fault"]


@dataclass(frozen=True, slots=True)
class Finding:
    """says: what it is and, if it is bad, how to mend it."""

    about: str
    state: State
    says: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)
