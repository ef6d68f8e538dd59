"""What a figure of the page consists of."""

from __future__ import annotations

from typing import Any, NamedTuple

from markupsafe import Markup


class PageFigure(NamedTuple):
    """A chart, the rows behind it for the table, and what its caption needs."""

    chart: Markup
    rows: list[dict[str, Any]]
    facts: dict[str, Any]
