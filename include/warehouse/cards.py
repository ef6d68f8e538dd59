"""Table cards: every table is declared once, in `include/tables/<table>/table.yaml`.

DDL, column comments, the data dictionary, generated expectations and the published data package are all
made from the cards, so they cannot drift apart.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from include.yaml_files import load_yaml

TABLES_DIR = Path(__file__).resolve().parent.parent / "tables"


class CardError(ValueError):
    """A table card is missing or wrong; the message names the file and the field."""


class Column(BaseModel):
    """One column of a table.

    Attributes:
        type: DuckDB type.
        unit: unit of a number, such as `postings`, `seconds`, `fraction`.
        allowed: the closed list of values, for codes.
        description: meaning, in words.
        meanings: what each of the values says, where their names do not.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    type: str
    nullable: bool
    unit: str | None = None
    allowed: tuple[str, ...] | None = None
    description: str
    meanings: dict[str, str] | None = None

    @model_validator(mode="after")
    def _every_value_has_its_meaning(self) -> Self:
        if self.meanings is not None and tuple(self.meanings) != self.allowed:
            raise ValueError(
                f"{self.name}: the keys of meanings are not the values of allowed, in their order"
            )
        return self

    @property
    def values(self) -> str:
        """The closed list of values, with what they say; empty without one."""
        if self.meanings:
            return ", ".join(f"{value} ({meaning})" for value, meaning in self.meanings.items())
        return ", ".join(self.allowed or ())

    @property
    def words(self) -> str:
        """Meaning, unit and values in one text: the comment in the database."""
        unit = f" [{self.unit}]" if self.unit else ""
        values = f". Values: {self.values}" if self.values else ""
        return f"{self.description}{unit}{values}"


class Card(BaseModel):
    """One table: what a row is, what identifies it, and every column.

    Attributes:
        layer: `core` (one fact per row) or `out` (published).
        grain: what one row is.
        key: columns that identify a row; uniqueness is checked by an expectation, not by an index.
        partition: column by which the table is replaced, or None.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    layer: Literal["core", "out"]
    title: str
    grain: str
    key: tuple[str, ...]
    partition: str | None
    description: str
    columns: tuple[Column, ...]

    @property
    def column_names(self) -> tuple[str, ...]:
        """Column names in table order."""
        return tuple(column.name for column in self.columns)


@cache
def load_table_cards(folder: Path = TABLES_DIR) -> dict[str, Card]:
    """Read every card below `folder`, by table name, sorted.

    Raises:
        CardError: a card cannot be read, or its name differs from its folder's.
    """
    return {path.parent.name: _load(path) for path in sorted(folder.glob("*/table.yaml"))}


def load_card(table: str) -> Card:
    """Return the card of one table.

    Raises:
        CardError: there is no such table.
    """
    cards = load_table_cards()
    if table not in cards:
        raise CardError(f"no card for table {table!r}; there are: {', '.join(cards)}")
    return cards[table]


def table_sql(table: str, file: str = "query.sql") -> str:
    """Return the SQL beside a table's card: by default what fills the table."""
    return (TABLES_DIR / table / file).read_text(encoding="utf-8")


def create_table_sql(card: Card, schema: str = "") -> str:
    """Return the CREATE TABLE IF NOT EXISTS statement of a card (without keys: see docs/architecture.md)."""
    columns = ",\n  ".join(
        f"{quote_name(column.name)} {column.type}{'' if column.nullable else ' NOT NULL'}"
        for column in card.columns
    )
    return f"CREATE TABLE IF NOT EXISTS {_qualified(card, schema)} (\n  {columns}\n)"


def comment_sql(card: Card, schema: str = "") -> list[str]:
    """Return COMMENT statements that carry the card's words into the database."""
    table = _qualified(card, schema)
    statements = [f"COMMENT ON TABLE {table} IS {quote_text(f'{card.description} Grain: {card.grain}.')}"]
    for column in card.columns:
        statements.append(
            f"COMMENT ON COLUMN {table}.{quote_name(column.name)} IS {quote_text(column.words)}"
        )
    return statements


def quote_name(name: str) -> str:
    """Quote an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def quote_text(text: str) -> str:
    """Quote an SQL string."""
    return "'" + text.replace("'", "''") + "'"


def _qualified(card: Card, schema: str) -> str:
    return f"{quote_name(schema)}.{card.name}" if schema else card.name


def _load(path: Path) -> Card:
    try:
        card = Card.model_validate(load_yaml(path))
    except (yaml.YAMLError, ValidationError) as error:
        raise CardError(f"{path}: {error}") from error
    if card.name != path.parent.name:
        raise CardError(f"{path}: the card is named {card.name!r}, its folder {path.parent.name!r}")
    unknown = [name for name in (*card.key, card.partition) if name and name not in card.column_names]
    if unknown:
        raise CardError(f"{path}: key or partition names no column: {', '.join(unknown)}")
    return card
