"""Source cards: what a source covers, what its terms allow, how it is to be read. One YAML file each."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal, Self

import pydantic
import yaml

from include.collect.protocol import SeriesKind
from include.yaml_files import load_yaml

FOLDER = Path(__file__).parent
_NOT_CARDS = {"left_out"}


class CardError(ValueError):
    """A card cannot be used; the message names the file and the mend."""


class Key(pydantic.BaseModel):
    """What the operator must bring. The client adds it to requests; it is never archived or logged."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    host: str
    headers: list[str] = []
    params: list[str] = []
    how_to_get: str


class Card(pydantic.BaseModel):
    """One source.

    Attributes:
        name: the adapter's name, or the import's.
        kind: `board` is one employer per request, `aggregator` a window on many, `public_service` a state's
            job bank, `import` a file that is brought in by hand.
        terms: what the source says on use, in our words, and what follows for us.
        robots: what its robots.txt means for us.
        attribution: line to print wherever figures from this source appear; None when none is asked.
        evidence: how the endpoint is known: read in its documentation, seen in captured answers, reported by
            others, or unverified. None was called while writing the adapter.
        reason_off: why it is not read by default.
        column_map: the shipped column map, for imports that are files with columns.
    """

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    name: str = pydantic.Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str
    kind: Literal["board", "aggregator", "public_service", "import"]
    operator: str
    homepage: pydantic.HttpUrl
    documentation: pydantic.HttpUrl | None = None
    endpoint: str
    covers: str
    licence: str
    terms: str
    robots: str
    attribution: str | None
    cadence: str
    requests_per_second: float = pydantic.Field(gt=0, le=5)
    concurrency: int = pydantic.Field(ge=1, le=8)
    series_kind: SeriesKind
    is_census: bool
    has_full_text: bool
    dates: str
    key: Key | None = None
    enabled: bool
    reason_off: str | None = None
    evidence: Literal["documentation", "captured", "reported", "unverified"]
    column_map: str | None = None

    @pydantic.model_validator(mode="after")
    def _off_has_a_reason(self) -> Self:
        if not self.enabled and not self.reason_off:
            raise ValueError("a source that is off needs `reason_off`")
        if self.enabled and (self.reason_off or self.key):
            raise ValueError("a source that is on has neither `reason_off` nor a key to bring")
        return self


class LeftOut(pydantic.BaseModel):
    """A source that is not read, and why."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    name: str
    reason: str


@cache
def load_cards(folder: Path = FOLDER) -> dict[str, Card]:
    """Return all cards by name.

    Raises:
        CardError: a card is not YAML, has wrong fields, or its name is not its file's.
    """
    cards = {}
    for path in sorted(folder.glob("*.yaml")):
        if path.stem in _NOT_CARDS:
            continue
        card = _validated(path)
        if card.name != path.stem:
            raise CardError(f"{path}: the card is named {card.name!r}; name it {path.stem!r} like its file")
        cards[card.name] = card
    return cards


@cache
def left_out(folder: Path = FOLDER) -> tuple[LeftOut, ...]:
    """Return the sources that are left out on purpose."""
    content = _read(folder / "left_out.yaml")
    return tuple(pydantic.TypeAdapter(list[LeftOut]).validate_python(content))


def _validated(path: Path) -> Card:
    try:
        return Card.model_validate(_read(path))
    except pydantic.ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(map(str, item['loc'])) or 'card'}: {item['msg']}" for item in error.errors()
        )
        raise CardError(f"{path} is no card: {problems}") from error


def _read(path: Path) -> object:
    try:
        return load_yaml(path)
    except yaml.YAMLError as error:
        raise CardError(f"{path} is not YAML: {error}") from error
