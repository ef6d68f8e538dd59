"""The pages above the releases: an index and an Atom feed, made anew from the `release.json` of each."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any, Final

from include.publish import words
from include.publish.naming import ReleaseName, list_releases
from include.publish.page import page_environment
from include.publish.summary import read_summary
from include.publish.vintages import read_ledger
from include.storage import write_text

INDEX: Final = "index.html"
FEED: Final = "feed.atom"
FEED_ENTRIES: Final = 52
_NAMESPACE: Final = uuid.UUID("5b0d9d52-6f0b-5a53-9d5e-8a0f4a3a6b8e")
"""Ours for ever: ids in the feed are made from it and the release's name."""


def write_catalogue(releases: Path) -> None:
    """Write `index.html` and `feed.atom` beside the releases.

    Raises:
        StorageError: a file could not be written; the releases themselves are whole.
    """
    recorded = {vintage.release: vintage.recorded_at for vintage in read_ledger(releases)}
    entries = [_entry(releases, name) for name in reversed(list_releases(releases))]
    for entry in entries:
        entry["recorded_at"] = recorded[entry["name"]]
    context = {
        "entries": entries,
        "is_simulated": any(e["summary"].data_origin == "simulated" for e in entries),
    }
    environment = page_environment()
    write_text(releases / INDEX, environment.get_template("index.html.j2").render(context))
    feed = environment.get_template("feed.atom.j2")
    context |= {"entries": entries[:FEED_ENTRIES], "feed_id": uuid.uuid5(_NAMESPACE, "feed").urn}
    write_text(releases / FEED, feed.render(context))


def _entry(releases: Path, name: ReleaseName) -> dict[str, Any]:
    summary = read_summary(releases / str(name))
    figures = words.figures_by_weight(summary.headline)
    return {
        "name": str(name),
        "summary": summary,
        "title": words.title_sentence(summary.headline),
        "uncertainty": words.uncertainty_sentence(summary.headline),
        "figures": {metric: figures.get(metric, {}).get("posting") for metric in ("M1", "M5", "M6")},
        "id": uuid.uuid5(_NAMESPACE, str(name)).urn,
    }
