"""The Frictionless data package of a release, made from the table cards."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from include.partitions import published_at
from include.publish.credits import Credit
from include.publish.exports import LIST_SEPARATOR, csv_cards, file_stem, is_list
from include.publish.naming import LICENCE_URL, ReleaseName, titled
from include.storage import sha256_of_file
from include.warehouse.cards import Card

_FIELD_TYPES = {
    "VARCHAR": "string",
    "DATE": "date",
    "TIMESTAMP": "datetime",
    "BOOLEAN": "boolean",
    "INTEGER": "integer",
    "BIGINT": "integer",
    "DOUBLE": "number",
}


def table_schema(card: Card) -> dict[str, Any]:
    """Return the Table Schema of a card, with constraints and units.

    Raises:
        KeyError: a published column has a type that CSV cannot carry.
    """
    fields = []
    for column in card.columns:
        # An empty list is an empty cell in CSV.
        constraints: dict[str, Any] = {"required": not column.nullable and not is_list(column)}
        if column.allowed:
            constraints["enum"] = list(column.allowed)
        description = column.description
        if is_list(column):
            description += f"; several are separated by {LIST_SEPARATOR}"
        field: dict[str, Any] = {
            "name": column.name,
            "type": "string" if is_list(column) else _FIELD_TYPES[column.type],
            "description": description,
            "constraints": constraints,
        }
        if column.type == "TIMESTAMP":
            field["format"] = "%Y-%m-%d %H:%M:%S"
        if column.unit:
            field["unit"] = column.unit
        fields.append(field)
    return {"fields": fields, "primaryKey": list(card.key), "missingValues": [""]}


def write_datapackage(
    folder: Path, release: ReleaseName, data_origin: str, sources: Sequence[Credit]
) -> None:
    """Write `datapackage.json` for the files that are in `folder`.

    Args:
        folder: the release folder in the making; its CSV files are described.
        release: its name.
        data_origin: said in the title when the data is simulated.
        sources: what the release rests on.
    """
    resources = []
    for card in csv_cards():
        path = folder / f"{file_stem(card)}.csv"
        resources.append(
            {
                "name": file_stem(card).replace("_", "-"),
                "path": path.name,
                "title": card.title,
                "description": f"{card.description} Grain: {card.grain}.",
                "profile": "tabular-data-resource",
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "bytes": path.stat().st_size,
                "hash": f"sha256:{sha256_of_file(path)}",
                "schema": table_schema(card),
            }
        )
    package = {
        "profile": "tabular-data-package",
        "name": f"hiring-signals-{release}".lower(),
        "title": titled(f"Hiring Signals, week {release.week}", data_origin),
        "version": str(release),
        "created": published_at(release.monday).isoformat(),
        "description": (
            "How often product-manager job ads require a certification, and how often they say how success "
            "in the role is recognised. Aggregates and short quotes only."
        ),
        "licenses": [{"name": "CC-BY-4.0", "path": LICENCE_URL}],
        "sources": [
            {
                "title": source.attribution or source.title,
                **({"path": source.homepage} if source.homepage else {}),
            }
            for source in sources
        ],
        "resources": resources,
    }
    text = json.dumps(package, indent=2, ensure_ascii=False) + "\n"
    (folder / "datapackage.json").write_text(text, encoding="utf-8")
