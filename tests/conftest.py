"""What all tests share: the vectors, and the lines that tell how many were proved."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

VECTORS = Path(__file__).parent / "vectors"


def vectors(*names: str) -> list[dict[str, Any]]:
    """The vectors of these files."""
    return [vector for name in names for vector in json.loads((VECTORS / f"{name}.json").read_text("utf-8"))]
