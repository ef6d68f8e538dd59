"""What goes with the figures: data dictionary, CSVW metadata, how to cite, licence."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from include.measure.registry import load_registry
from include.partitions import published_at
from include.publish.credits import Credit
from include.publish.database import CORE_TABLES
from include.publish.exports import LIST_SEPARATOR, csv_cards, file_stem, is_list
from include.publish.naming import LICENCE_URL, ReleaseName, titled
from include.warehouse.cards import Card, load_card

CSVW = "csv-metadata.json"
"""The name that the W3C's CSV on the Web recommendation looks for in a file's folder."""
DICTIONARY = "data_dictionary.md"
CITATION = "CITATION.cff"
LICENCE = "LICENSE.txt"

_DATATYPES: dict[str, Any] = {
    "VARCHAR": "string",
    "DATE": "date",
    "TIMESTAMP": {"base": "datetime", "format": "yyyy-MM-dd HH:mm:ss"},
    "BOOLEAN": "boolean",
    "INTEGER": "integer",
    "BIGINT": "integer",
    "DOUBLE": "double",
}


def write_notices(folder: Path, release: ReleaseName, data_origin: str, sources: Sequence[Credit]) -> None:
    """Write the data dictionary, CSVW metadata, citation and licence of a release.

    Args:
        folder: the release folder in the making.
        release: its name.
        data_origin: simulated data is named as such.
        sources: what the release rests on; those that ask for credit are named in the licence.
    """
    environment = Environment(
        loader=PackageLoader("include.publish", "templates"),
        autoescape=False,  # noqa: S701 - plain text and YAML of our own words, no HTML
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["cell"] = lambda text: str(text).replace("|", "\\|").replace("\n", " ")
    words = {
        "version": str(release),
        "monday": release.monday,
        "published_on": published_at(release.monday).date(),
        "is_simulated": data_origin == "simulated",
        "licence_url": LICENCE_URL,
        "attributions": [source.attribution for source in sources if source.attribution],
        "cards": csv_cards(),
        "core_cards": [load_card(name) for name in CORE_TABLES],
        "metrics": load_registry().metrics,
        "file_stem": file_stem,
        "is_list": is_list,
    }
    for name in (DICTIONARY, CITATION, LICENCE):
        text = environment.get_template(f"{name}.j2").render(words)
        (folder / name).write_text(text, encoding="utf-8")
    (folder / CSVW).write_text(
        json.dumps(csvw(release, data_origin), indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
    )


def csvw(release: ReleaseName, data_origin: str) -> dict[str, Any]:
    """Return the table group of all CSV files, as the recommendation "Metadata Vocabulary" describes it."""
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "dc:title": titled(f"Hiring Signals {release}", data_origin),
        "dc:license": {"@id": LICENCE_URL},
        "dialect": {"header": True, "encoding": "utf-8"},
        "tables": [_csvw_table(card) for card in csv_cards()],
    }


def _csvw_table(card: Card) -> dict[str, Any]:
    columns = []
    for column in card.columns:
        entry: dict[str, Any] = {
            "name": column.name,
            "titles": column.name,
            "dc:description": column.description,
            "datatype": "string" if is_list(column) else _DATATYPES[column.type],
            "required": not column.nullable and not is_list(column),
        }
        if is_list(column):
            entry["separator"] = LIST_SEPARATOR
        columns.append(entry)
    return {
        "url": f"{file_stem(card)}.csv",
        "dc:title": card.title,
        "dc:description": card.description,
        "tableSchema": {"columns": columns, "primaryKey": list(card.key)},
    }
