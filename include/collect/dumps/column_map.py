"""Which column of a dump is which field of a listing: read from YAML, or guessed from the column names."""

from __future__ import annotations

import difflib
import re
import reprlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Literal, get_args
from zoneinfo import ZoneInfo

import pydantic
import yaml
from pydantic_core import ErrorDetails

from include.collect.protocol import SeriesKind
from include.errors import ExplainedError
from include.yaml_files import load_yaml

Field = Literal[
    "native_id",
    "opening_native_id",
    "title",
    "employer",
    "board",
    "location",
    "country",
    "description",
    "description_html",
    "description_text",
    "posted_on",
    "closed_on",
    "expires_on",
    "updated_at",
    "first_seen",
    "last_seen",
    "url",
    "workplace",
    "employment_type",
    "department",
    "pay_minimum",
    "pay_maximum",
    "pay_currency",
    "pay_period",
]
DATE_FIELDS: tuple[Field, ...] = ("posted_on", "first_seen", "last_seen")
"""At least one of these places a posting in time."""

SHIPPED_MAPS = Path(__file__).parent / "column_maps"

# Usual names, best first; compared in lower case without punctuation.
_USUAL_NAMES: dict[Field, str] = {
    "native_id": "id job_id posting_id native_id external_id ad_id jobid control_number shortcode uuid guid",
    "opening_native_id": "internal_job_id opening_id requisition_id req_id",
    "title": "title job_title jobtitle position_title position headline titel intitule stellentitel name",
    "employer": "company employer company_name employer_name organization organisation hiring_organization"
    " hiring_agency_name arbeitgeber entreprise",
    "board": "board board_token token tenant",
    "location": "location locations job_location place city ort lieu arbeitsort",
    "country": "country_code country",
    "description_html": "description_html descriptionhtml html job_description_html content_html",
    "description_text": "description_text description_plain descriptionplain text plain_text",
    "description": "description job_description jobdescription content body beskrivning",
    "posted_on": "posted_at posted_on posted_date date_posted dateposted posting_date published_at"
    " publishedat publication_date published first_published created_at createdat opening_date open_date"
    " position_open_date posted date pub_date",
    "closed_on": "closed_at closed_on closed_date closing_date removed_date position_close_date close_date",
    "expires_on": "expires_at expires_on valid_through application_deadline deadline expiry_date",
    "updated_at": "updated_at updated last_modified modified_at",
    "first_seen": "first_seen first_seen_at",
    "last_seen": "last_seen last_seen_at scraped_at scraped_on crawled_at fetched_at collected_at scrape_date"
    " date_scraped snapshot_date",
    "url": "url job_url link absolute_url apply_url posting_url job_link",
    "workplace": "workplace workplace_type workplacetype remote_status location_type",
    "employment_type": "employment_type employmenttype job_type contract_type commitment work_schedule",
    "department": "department team division category",
    "pay_minimum": "salary_min min_salary minimum_salary pay_minimum salary_minimum minsalary",
    "pay_maximum": "salary_max max_salary maximum_salary pay_maximum salary_maximum maxsalary",
    "pay_currency": "salary_currency currency pay_currency",
    "pay_period": "salary_period pay_period salary_interval salary_unit",
}


class ColumnMapError(ExplainedError, ValueError):
    """A dump cannot be read with this map; the message lists the columns found and a map to write."""


class ColumnMap(pydantic.BaseModel):
    """How to read one dump.

    A column may be a dotted path into a nested record (`employer.name`); lists on the way give their first
    element, and all elements for `location`. Several columns: the first that is not blank, or joined with
    commas for `location`.

    `null_values` are texts that mean nothing is there. `strict_columns` refuses a dump in which a mapped
    column is missing; without it only title and date must be there (for files whose columns come and go).
    """

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    columns: dict[Field, str | list[str]]
    source: str | None = pydantic.Field(default=None, pattern=r"^[a-z0-9_]+$")
    series_kind: SeriesKind | None = None
    employer: str | None = None
    country: str | None = None
    pay_currency: str | None = None
    pay_period: str | None = None
    seen_on: date | None = None
    zone: str = "UTC"
    formats: dict[Field, list[str]] = {}
    delimiter: str | None = None
    encoding: str | None = None
    undated: Literal["reject", "keep"] = "reject"
    only_product_titles: bool = False
    has_text: bool = True
    null_values: list[str] = []
    strict_columns: bool = True

    @pydantic.model_validator(mode="before")
    @classmethod
    def _without_language(cls, content: Any) -> Any:
        """Drop the language, which earlier maps could name and nothing read: the text tells it."""
        if isinstance(content, dict):
            content = {name: value for name, value in content.items() if name != "language"}
            if isinstance(named := content.get("columns"), dict):
                content["columns"] = {field: column for field, column in named.items() if field != "language"}
        return content

    @pydantic.field_validator("zone")
    @classmethod
    def _known_zone(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (KeyError, ValueError) as error:
            raise ValueError(f"{zone!r} is not a time zone such as Europe/Stockholm") from error
        return zone

    @pydantic.field_validator("delimiter")
    @classmethod
    def _one_character(cls, delimiter: str | None) -> str | None:
        if delimiter and (len(delimiter) > 1 or delimiter in '"\r\n'):
            raise ValueError('the delimiter is one character, such as ";" or "\\t" (in double quotes)')
        return delimiter

    def column_names(self, field: Field) -> list[str]:
        """Return the columns mapped to `field`, maybe none."""
        named = self.columns.get(field, [])
        return [named] if isinstance(named, str) else list(named)

    @property
    def kind(self) -> SeriesKind:
        """The series kind: as given, else archived when a closing date is mapped, else reconstructed."""
        if self.series_kind:
            return self.series_kind
        return "archived" if self.column_names("closed_on") else "reconstructed"


def read_column_map(path: Path) -> ColumnMap:
    """Read a column map from a YAML file.

    Raises:
        ColumnMapError: the file is missing, is not YAML or does not describe a map.
    """
    try:
        content = load_yaml(path)
    except OSError as error:
        raise ColumnMapError(
            f"could not read the column map {path}: {error.strerror or error}. Maps that come with the "
            f"project: {', '.join(shipped_maps())}"
        ) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ColumnMapError(f"the column map {path} is not YAML: {error}") from error
    if not isinstance(content, dict):
        raise ColumnMapError(f"the column map {path} has no `columns:`, under which stands `field: column`")
    try:
        return ColumnMap.model_validate(content)
    except pydantic.ValidationError as error:
        problems = dict.fromkeys(map(_in_words, error.errors()))
        raise ColumnMapError(f"the column map {path} is wrong: {'; '.join(problems)}") from error


def _in_words(problem: ErrorDetails) -> str:
    """Return what is wrong at one place of a map, without the words of the library that found it."""
    place = [str(name) for name in problem["loc"] if name != "[key]"]
    if place[0] in ("columns", "formats") and len(place) > 1 and place[1] not in get_args(Field):
        near = difflib.get_close_matches(place[1], get_args(Field), n=1)
        meant = f" ({near[0]}?)" if near else ""
        return f"{place[0]} has {place[1]}, which is no field{meant}. Fields: {_fields()}"
    if problem["type"] == "extra_forbidden":
        return f"{place[0]} is no option of a map. Options: {', '.join(ColumnMap.model_fields)}"
    said = problem["msg"].removeprefix("Value error, ")
    for theirs, ours in (("a valid dictionary", "`name: value` lines"), ("a valid list", "a list in [ ]")):
        said = said.replace(theirs, ours)
    return f"{'.'.join(place)} is {_briefly(problem['input'])}: {said}"


def _briefly(value: object) -> str:
    """Return how a value is written, cut: by YAML's aliases ten lines would be gigabytes."""
    brief = reprlib.Repr()
    brief.maxlevel, brief.maxstring, brief.maxother = 2, 80, 80
    return brief.repr(value)


def shipped_maps() -> dict[str, Path]:
    """Return the maps of known public dumps by name."""
    return {path.stem: path for path in sorted(SHIPPED_MAPS.glob("*.yaml"))}


def find_column_map(name_or_path: str | Path) -> Path:
    """Return the file of a shipped map by its name (`canada_job_bank`), or the path as it is."""
    return shipped_maps().get(str(name_or_path), Path(name_or_path))


def guess_column_map(columns: Sequence[str]) -> ColumnMap:
    """Guess a map from column names: exact usual names only, each column used once."""
    left = {_plain(column): column for column in reversed(columns)}
    guessed: dict[Field, str | list[str]] = {}
    for field, names in _USUAL_NAMES.items():
        for name in names.split():
            column = left.pop(_plain(name), None)
            if column is not None:
                guessed[field] = column
                break
    return ColumnMap(columns=guessed)


def check_column_map(
    column_map: ColumnMap, columns: Sequence[str], path: Path, is_sample: bool = False
) -> None:
    """Check that a map fits the columns found and names what is necessary.

    Args:
        column_map: the map.
        columns: the columns found.
        path: the dump, for messages.
        is_sample: `columns` are those of the first records only; then only title and date must be there.

    Raises:
        ColumnMapError: no column was found, a mapped one is not there or is there twice, or no title, date or
            text is mapped.
    """
    if not columns:
        raise ColumnMapError(
            f"{path} has no record that can be read: it is empty, or not what its ending says"
        )
    _refuse_repeated(column_map, columns, path)
    available = {*columns, *(column.split(".")[0] for column in columns)}
    is_strict = column_map.strict_columns and not is_sample
    absent = []
    for field in column_map.columns:
        names = column_map.column_names(field)
        is_there = any(name in available or name.split(".")[0] in available for name in names)
        if not is_there and (field in ("title", "posted_on") or is_strict):
            absent += names
    missing = []
    if not column_map.column_names("title"):
        missing.append("title")
    if column_map.seen_on is None and not any(column_map.column_names(field) for field in DATE_FIELDS):
        missing.append("a date (posted_on, first_seen or last_seen; or seen_on for the whole dump)")
    if absent or missing:
        problems = [f"columns that are mapped but not there: {', '.join(absent)}"] if absent else []
        problems += [f"nothing is mapped to {', '.join(missing)}"] if missing else []
        raise ColumnMapError(
            f"{path}: {'; '.join(problems)}.\nColumns found: {', '.join(columns) or 'none'}.\n"
            f"Write a column map and pass it, for example:\n\n{example_map(column_map, columns, path)}"
        )


def _refuse_repeated(column_map: ColumnMap, columns: Sequence[str], path: Path) -> None:
    """Refuse two columns of one name where the map uses it; others of one name are not read.

    Raises:
        ColumnMapError: no map can say which of the two is meant.
    """
    used = {name for field in column_map.columns for name in column_map.column_names(field)}
    used |= {name.split(".")[0] for name in used}
    for name in dict.fromkeys(columns):
        numbers = [str(number) for number, column in enumerate(columns, 1) if column == name]
        if len(numbers) > 1 and name in used:
            raise ColumnMapError(
                f"{path}: {len(numbers)} columns are named {name!r} (number {' and '.join(numbers)}), and "
                "nothing tells which is meant; give them different names in the file"
            )


def example_map(column_map: ColumnMap, columns: Iterable[str], path: Path) -> str:
    """Return the text of a map to complete by hand."""
    lines = [
        f"# {path.name}.columns.yaml",
        f"source: {re.sub(r'[^a-z0-9]+', '_', path.stem.lower()).strip('_')}",
    ]
    lines.append("columns:")
    there = {column.split(".")[0] for column in columns}
    for field in get_args(Field):
        names = [name for name in column_map.column_names(field) if name.split(".")[0] in there]
        if names or field in ("native_id", "title", "employer", "description", "posted_on"):
            lines.append(f"  {field}: {names[0] if names else 'COLUMN'}")
    lines.append(f"# other fields: {_fields()}")
    return "\n".join(lines) + "\n"


def value_at(record: Mapping[str, object], column: str) -> object:
    """Return the value of a column or dotted path; lists on the way give their first element.

    A column whose own name has a dot is preferred to the path.
    """
    if column in record or "." not in column:
        return record.get(column)
    value: object = record
    for part in column.split("."):
        if isinstance(value, list):
            value = value[0] if value else None
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _fields() -> str:
    return ", ".join(get_args(Field))
