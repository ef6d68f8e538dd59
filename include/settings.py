"""Settings of one installation, read from the environment (prefix `HIRING_SIGNALS_`).

Every setting has a default that works on a laptop; docs/configuration.md lists them.
"""

from __future__ import annotations

import difflib
import os
import re
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import (
    Field,
    HttpUrl,
    ModelWrapValidatorHandler,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from include.errors import ExplainedError

DataOrigin = Literal["simulated", "public_boards", "archive"]
"""Where the postings of one data folder come from. Origins never share a warehouse."""

PROJECT_ROOT = Path(__file__).resolve().parent.parent

PREFIX = "HIRING_SIGNALS_"

_NOT_OURS = frozenset(("CODE_SHA", "SHARED"))
"""Variables of this prefix that are read without settings: the commit, and the folder of evaluation data."""


_CRON_RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
"""Minute, hour, day of the month, month, day of the week."""

_CRON_NAMES = frozenset(
    ("@hourly", "@daily", "@midnight", "@weekly", "@monthly", "@quarterly", "@yearly", "@annually")
)
"""Those that Airflow reads as cron expressions; `@once` is none."""


class SettingsError(ExplainedError):
    """A variable in the environment is wrong; the message names it and what it may be.

    No `ValueError`: pydantic would wrap that into an error of its own.
    """


class Settings(BaseSettings):
    """All settings. Build one with `Settings()`; fields can be overridden by keyword in tests.

    Raises:
        SettingsError: a variable is wrong, or one of our prefix is no setting.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_ignore_empty=True,  # else an empty folder's name is the folder one happens to be in
        frozen=True,
        extra="forbid",
    )

    data_dir: Path = Field(
        default=PROJECT_ROOT / "data" / "simulated",
        description="Root of everything the pipeline writes: archive, staging, warehouse, releases.",
    )
    data_origin: DataOrigin = Field(
        default="simulated",
        description="Where the postings come from; stamped on the warehouse and on every output.",
    )
    contact: str = Field(
        default="",
        description="Mail address or page printed in the User-Agent; needed to read public boards.",
    )
    boards_file: Path = Field(
        default=PROJECT_ROOT / "include" / "sources" / "boards.csv",
        description="CSV of the boards to read: source, token, employer, enabled, options, note.",
    )
    simulated_market_url: HttpUrl | None = Field(
        default=None,
        description="Base URL of the simulated boards; set, every adapter reads them instead.",
    )
    allow_loopback: bool = Field(
        default=False,
        description="Let the client connect to loopback addresses (the simulated boards need it).",
    )
    requests_per_second_per_host: float = Field(
        default=1.0, gt=0, description="Upper limit of the rate; a source's card may ask for less."
    )
    concurrency_per_host: int = Field(
        default=2,
        ge=1,
        le=8,
        description="Requests under way at once to one host, over all processes; a card may ask for fewer.",
    )
    board_time_budget_seconds: float = Field(
        default=120.0, gt=0, description="A board read ends after this; keep it well below 600."
    )
    board_byte_budget: int = Field(default=200_000_000, gt=0, description="Decoded bytes for one board read.")
    duckdb_memory_limit: str = Field(default="4GB", description="Of one connection to the warehouse.")
    duckdb_threads: int = Field(default=2, ge=1, description="Of one connection to the warehouse.")
    collect_schedule: str = Field(
        default="0 3 * * *", description="Cron expression (UTC) of the daily collection."
    )
    maintain_schedule: str = Field(
        default="0 1 * * 0", description="Cron expression (UTC) of the weekly upkeep, before a collection."
    )
    backup_dir: Path | None = Field(
        default=None,
        description="Folder on another disk that upkeep copies everything to that a restore needs.",
    )
    keep_days: int = Field(
        default=60,
        ge=35,  # lost days are looked for 31 days back
        description="Staged partitions and check pages older than this are removed; both can be made again.",
    )
    minimum_board_coverage: float = Field(
        default=0.8,
        ge=0,
        le=1,
        description="A weekly release is refused when a smaller share of the expected boards was read.",
    )

    @model_validator(mode="before")
    @classmethod
    def _no_unknown_variable(cls, values: Any) -> Any:
        """Refuse a variable of our prefix that is no setting: pydantic would ignore the typo."""
        known = {name.upper() for name in cls.model_fields}
        for variable in sorted(os.environ):
            name = variable.upper().removeprefix(PREFIX)
            if variable.upper() == name or name in known | _NOT_OURS or not os.environ[variable]:
                continue
            near = difflib.get_close_matches(name, known, n=1)
            meant = f"is {PREFIX}{near[0]} meant? " if near else ""
            raise ValueError(f"{variable} is no setting: {meant}docs/configuration.md lists them")
        return values

    @field_validator("contact")
    @classmethod
    def _somebody_in_a_header(cls, value: str) -> str:
        if any(ord(letter) < 32 or ord(letter) > 126 for letter in value):
            raise ValueError("it goes into a header: write plain ASCII on one line")
        if value and "@" not in value and not value.startswith(("http://", "https://")):
            raise ValueError("give a mail address or the address of a page")
        return value

    @field_validator("collect_schedule", "maintain_schedule")
    @classmethod
    def _five_fields(cls, value: str) -> str:
        """Refuse here what Airflow would refuse without naming the variable: the DAG would be gone."""
        fields = value.split()
        is_cron = len(fields) == len(_CRON_RANGES) and all(map(_is_cron_field, fields, _CRON_RANGES))
        if not is_cron and value.strip() not in _CRON_NAMES:
            raise ValueError("that is no cron expression of five fields, such as 0 3 * * *")
        return value

    @field_validator("duckdb_memory_limit")
    @classmethod
    def _size_that_duckdb_reads(cls, value: str) -> str:
        """Refuse here what DuckDB would refuse only in the first task, or take for no limit."""
        if not re.fullmatch(r"(?=[0.]*[1-9])[0-9]+(\.[0-9]+)? ?[KMGT](i?B)?", value, re.IGNORECASE):
            raise ValueError("that is no size such as 4GB or 512MB")
        return value

    @model_validator(mode="after")
    def _folder_that_databases_can_open(self) -> Self:
        """Refuse a name that DuckDB would take for a pattern (`*` finds files of other folders, too).

        Great Expectations takes `$` for a variable.
        """
        folder = self.data_dir.absolute()
        if set("*?[$") & set(str(folder)):
            raise ValueError(
                f"{PREFIX}DATA_DIR is {folder}: DuckDB and Great Expectations take a name with * ? [ or $ "
                "in it for another; choose a folder without them"
            )
        return self

    @model_validator(mode="wrap")
    @classmethod
    def _wrong_ones_by_their_variables(cls, values: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        """Say what is wrong in the names of the environment; stands last, so that it hears of every check."""
        try:
            return handler(values)
        except ValidationError as error:
            raise SettingsError("; ".join(map(_in_words, error.errors()))) from error

    def require_data_dir(self) -> None:
        """Refuse to look for anything in a folder that is not there: all would seem to be in order.

        Raises:
            SettingsError: the data folder does not exist.
        """
        if not self.data_dir.is_dir():
            raise SettingsError(
                f"there is no data folder {self.data_dir}: set {PREFIX}DATA_DIR and {PREFIX}DATA_ORIGIN to "
                "those of the installation (docs/configuration.md)"
            )

    @cached_property
    def paths(self) -> DataPaths:
        """Where each stage keeps its files below `data_dir`."""
        return DataPaths(self.data_dir)


def _is_cron_field(field: str, ends: tuple[int, int]) -> bool:
    if not re.fullmatch(r"[0-9A-Za-z*/,#?-]+", field):
        return False
    numbers = re.findall(r"(?<![/#0-9])[0-9]+", field)  # but for steps, and which Monday of a month
    return all(ends[0] <= int(number) <= ends[1] for number in numbers)


def _in_words(problem: ErrorDetails) -> str:
    said = problem["msg"].removeprefix("Value error, ")
    variables = [f"{PREFIX}{str(name).upper()}" for name in problem["loc"]]
    return f"{variables[0]} is {problem['input']!r}: {said}" if variables else said


class DataPaths:
    """The folders below one data root. The only place that spells them.

    Args:
        root: the data root; it need not exist.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.archive = root / "archive"  # raw answers, immutable
        self.history = root / "history"  # an archive of its own: history brought in, not today's boards
        self.staging = root / "staging"  # Parquet of one partition, rebuilt at will
        self.texts = root / "texts"  # Parquet (zstd) of posting texts by content hash
        self.warehouse = root / "warehouse" / "warehouse.duckdb"  # live file: one writer, no outside reader
        self.warehouse_lock = root / "warehouse.lock"  # shared to open it, held alone to swap or drop it
        self.releases = root / "releases"  # one folder per ISO week, immutable, and `latest`
        self.audit = root / "audit"  # samples for people to label, one folder per week, and their labels
        self.status = root / "status"  # small JSON files for the operator's page
        self.politeness = root / "politeness"  # turns at hosts and robots.txt, shared by running processes
        self.data_docs = root / "data_docs"  # Great Expectations pages
