"""Source cards: what a source covers, what its terms allow, how it is to be read. One YAML file each."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal, Self

import pydantic
import yaml

from include.collect.protocol import HostLimits, SeriesKind
from include.errors import ExplainedError
from include.yaml_files import load_yaml

FOLDER = Path(__file__).parent
_NOT_CARDS = {"left_out"}


class CardError(ExplainedError, ValueError):
    """A card cannot be used; the message names the file and the mend."""


ConnectionField = Literal["login", "password"]
"""Which field of an Airflow connection; Airflow hides the password in its logs and pages, not the login."""


class OAuth(pydantic.BaseModel):
    """A token by client credentials: the connection's login is the client's id, its password the secret."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    token_url: str
    scope: str


class Key(pydantic.BaseModel):
    """What the operator must bring, in an Airflow connection. It is never archived or logged.

    Attributes:
        connection: id of the Airflow connection.
        host: the only host that is shown the key.
        headers: header name to the connection's field it is filled from.
        params: query parameter to field, likewise.
        basic_user: the field that is the user of Basic authentication, with an empty password.
        oauth: how a bearer token is got.
        how_to_get: where the operator gets it.
    """

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    connection: str = pydantic.Field(pattern=r"^[a-z][a-z0-9_]*$")
    host: str
    headers: dict[str, ConnectionField] = {}
    params: dict[str, ConnectionField] = {}
    basic_user: ConnectionField | None = None
    oauth: OAuth | None = None
    how_to_get: str

    @pydantic.model_validator(mode="after")
    def _is_shown_somewhere(self) -> Self:
        if not (self.headers or self.params or self.basic_user or self.oauth):
            raise ValueError("say how the key is shown: headers, params, basic_user or oauth")
        return self

    @property
    def fields(self) -> tuple[ConnectionField, ...]:
        """The connection's fields that are needed, sorted."""
        needed = {*self.headers.values(), *self.params.values()}
        if self.basic_user:
            needed.add(self.basic_user)
        if self.oauth:
            needed |= {"login", "password"}
        return tuple(sorted(needed))


class Card(pydantic.BaseModel):
    """One source.

    Attributes:
        name: the adapter's name, or the import's.
        kind: `board` is one employer per request, `aggregator` a window on many, `public_service` a state's
            job bank, `import` a file that is brought in by hand.
        terms: what the source says on use, in our words, and what follows for us.
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

    @property
    def host_limits(self) -> HostLimits:
        """What the source lets us ask of one host."""
        return HostLimits(self.requests_per_second, self.concurrency)

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
def load_source_cards(folder: Path = FOLDER) -> dict[str, Card]:
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
def left_out() -> tuple[LeftOut, ...]:
    """Return the sources that are left out on purpose."""
    content = _read(FOLDER / "left_out.yaml")
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
