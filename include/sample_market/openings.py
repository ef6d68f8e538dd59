"""Openings and their postings: what is advertised where, from when to when.

An opening is one requisition. It is advertised by one or more postings: copies for other places, a second
spell under a new id (repost) or under the old one (reopening). Metrics count openings.
"""

from __future__ import annotations

import hashlib
import random
import uuid
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal

import msgspec

from include.collect.protocol import Pay, Workplace
from include.normalize.posting import Seniority
from include.role_families import RoleFamily
from include.sample_market.config import TREND_ORIGIN, MarketConfig
from include.sample_market.draws import pick, pick_some, poisson, stream, weighted_index
from include.sample_market.employers import Employer
from include.sample_market.labels import TrueLabels, draw_labels
from include.sample_market.phrasebook import phrasebook
from include.sample_market.places import CITIES, CURRENCY, LOCAL_LANGUAGE, City
from include.sample_market.titles import draw_other_title, draw_product_title

EditKind = Literal["wording", "pay", "cert_added", "criteria_added"]
PostingKind = Literal["original", "place_copy", "repost"]

_WEEKDAY_WEIGHTS = (0.22, 0.22, 0.2, 0.19, 0.13, 0.03, 0.01)
_MEDIAN_DAYS_OPEN = 32.0
_LONGEST_REPOST_GAP_DAYS = 50  # below the 60 days within which a repost is the same opening
_BASE_PAY = {"USD": 135_000, "GBP": 78_000, "EUR": 76_000, "CAD": 128_000, "AUD": 150_000}
_BASE_PAY_ELSEWHERE = {"INR": 3_200_000, "BRL": 190_000, "PLN": 230_000}
_RANK_PAY: dict[Seniority, float] = {
    "junior": 0.72,
    "senior": 1.2,
    "lead": 1.35,
    "principal": 1.45,
    "director": 1.5,
    "executive": 2.1,
}


class Spell(msgspec.Struct, frozen=True):
    """A stretch of days on the board: `opened` is listed, `closed` is the first day without it."""

    opened: date
    closed: date
    is_new_id: bool


class Edit(msgspec.Struct, frozen=True):
    """The ad's text or pay changes from `day` on."""

    day: date
    kind: EditKind


class Opening(msgspec.Struct, frozen=True, kw_only=True):
    """One requisition with its true labels.

    Attributes:
        opening_id: unique in the market.
        employer: index of the employer.
        cities: places it is advertised in; the first is the main one.
        is_split: each place has a posting of its own (else one posting names all places).
        spells: the first places the opening in its week's flow.
        text_seed: decides every choice in the ad's text.
        labels: of the first version, which is what flow metrics measure.
    """

    opening_id: str
    employer: int
    title: str
    role_family: RoleFamily
    seniority: Seniority
    occupation: str
    department: str
    area: str
    language: str
    cities: tuple[City, ...]
    is_split: bool
    workplace: Workplace
    employment_type: str
    pay: Pay | None
    spells: tuple[Spell, ...]
    edits: tuple[Edit, ...]
    text_seed: int
    labels: TrueLabels

    @property
    def opened(self) -> date:
        """First day on the board."""
        return self.spells[0].opened


class PostingRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One posting of an opening on its board.

    Attributes:
        native_id: id in the board's form: a number for Greenhouse, else a UUID.
        spells: days on the board; more than one when it was taken down and came back.
        city_index: which of the opening's cities it names; None names them all.
    """

    opening: Opening
    native_id: str
    kind: PostingKind
    spells: tuple[Spell, ...]
    city_index: int | None

    @property
    def opened(self) -> date:
        """First day on the board."""
        return self.spells[0].opened

    @property
    def closed(self) -> date:
        """First day after its last day on the board."""
        return self.spells[-1].closed

    @property
    def cities(self) -> tuple[City, ...]:
        """Places the posting names."""
        return self.opening.cities if self.city_index is None else (self.opening.cities[self.city_index],)

    def is_listed_on(self, day: date) -> bool:
        """Whether the board shows the posting on `day`."""
        return any(spell.opened <= day < spell.closed for spell in self.spells)

    def version_on(self, day: date) -> int:
        """Number of edits made up to `day`: 0 is the first text."""
        return sum(edit.day <= day for edit in self.opening.edits)


def openings_of_week(config: MarketConfig, employer: Employer, monday: date) -> list[Opening]:
    """Return the openings that `employer` first advertises in the week of `monday`, oldest first."""
    rng = stream(config.seed, "week", employer.index, monday.isoformat())
    pace = employer.size_share * season(monday) * rng.gammavariate(12.0, 1 / 12.0)
    n_product = poisson(rng, config.product_openings_per_week * pace)
    n_other = poisson(rng, config.other_openings_per_week * pace)
    kinds = [True] * n_product + [False] * n_other
    openings = [
        _draw_opening(rng, config, employer, monday, number, is_product=is_product)
        for number, is_product in enumerate(kinds, start=1)
    ]
    return sorted(openings, key=lambda opening: (opening.opened, opening.opening_id))


def standing_openings(config: MarketConfig, employer: Employer) -> list[Opening]:
    """Return the evergreen ads that were on the board long before any window: one for each third employer."""
    rng = stream(config.seed, "standing", employer.index)
    if rng.random() > 1 / 3:
        return []
    opened = TREND_ORIGIN - timedelta(days=rng.randint(200, 1200))
    monday = opened - timedelta(days=opened.weekday())
    opening = _draw_opening(rng, config, employer, monday, 0, is_product=True)
    forever = Spell(opened, TREND_ORIGIN + timedelta(days=36_500), is_new_id=True)
    return [msgspec.structs.replace(opening, spells=(forever,), edits=())]


def postings_of(config: MarketConfig, employer: Employer, opening: Opening) -> Iterator[PostingRecord]:
    """Yield the postings that advertise `opening`, the original first."""
    groups: list[list[Spell]] = []
    for spell in opening.spells:
        if spell.is_new_id:
            groups.append([])
        groups[-1].append(spell)
    places: list[int | None] = list(range(len(opening.cities))) if opening.is_split else [None]
    for repost, spells in enumerate(groups):
        for copy, city_index in enumerate(places):
            yield PostingRecord(
                opening=opening,
                native_id=native_id(config.seed, employer, f"{opening.opening_id}/{repost}/{copy}"),
                kind="repost" if repost else ("place_copy" if copy else "original"),
                spells=tuple(spells),
                city_index=city_index,
            )


def native_id(seed: int, employer: Employer, key: str) -> str:
    """Return the id a board system gives to `key`: ten digits at Greenhouse, a UUID elsewhere."""
    digest = hashlib.sha256(f"{seed}/{employer.board_key}/{key}".encode()).digest()
    if employer.source == "greenhouse":
        return str(4_000_000_000 + int.from_bytes(digest[:6], "big") % 5_000_000_000)
    return str(uuid.UUID(bytes=digest[:16], version=4))


def season(monday: date) -> float:
    """Return the pace of new openings in a week, relative to an ordinary one."""
    week = monday.isocalendar().week
    if week in (51, 52, 53, 1):
        return 0.35
    if 29 <= week <= 33:
        return 0.8
    return 1.15 if week in (3, 4, 5, 36, 37, 38, 39) else 1.0


def _draw_opening(
    rng: random.Random,
    config: MarketConfig,
    employer: Employer,
    monday: date,
    number: int,
    *,
    is_product: bool,
) -> Opening:
    language = "en"
    if rng.random() >= employer.habits.english_share:
        language = LOCAL_LANGUAGE[employer.country]
    frame = (draw_product_title if is_product else draw_other_title)(rng, language)
    area = pick(rng, phrasebook("en").frames(f"table.area.{employer.industry}")).source
    opened = monday + timedelta(days=weighted_index(rng, _WEEKDAY_WEIGHTS))
    is_evergreen = rng.random() < config.evergreen_share
    spells = _draw_spells(rng, config, opened, is_evergreen=is_evergreen)
    cities = _draw_cities(rng, config, employer)
    labels = draw_labels(rng, employer, frame.role_family, language, monday, config.shares)
    return Opening(
        opening_id=f"{employer.token.lower()}-{monday:%G%V}-{number:04d}",
        employer=employer.index,
        title=frame.text.replace("{area}", area),
        role_family=frame.role_family,
        seniority=frame.seniority,
        occupation=frame.occupation,
        department=frame.department,
        area=area,
        language=language,
        cities=cities,
        # Ashby has a field for more places; elsewhere employers mostly post one copy for each place.
        is_split=len(cities) > 1 and employer.source != "ashby" and rng.random() < 0.8,
        workplace=("on_site", "hybrid", "remote")[weighted_index(rng, (0.3, 0.4, 0.3))],
        employment_type="part_time" if rng.random() < 0.04 else "full_time",
        pay=_draw_pay(rng, employer, cities[0], frame.seniority),
        spells=spells,
        edits=_draw_edits(rng, config, spells[0], labels),
        text_seed=rng.getrandbits(64),
        labels=labels,
    )


def _draw_spells(
    rng: random.Random, config: MarketConfig, opened: date, *, is_evergreen: bool
) -> tuple[Spell, ...]:
    if is_evergreen:
        days = rng.randint(180, 420)
        return (Spell(opened, opened + timedelta(days=days), is_new_id=True),)
    days = min(150, max(2, round(_MEDIAN_DAYS_OPEN * rng.lognormvariate(0.0, 0.6))))
    spells = [Spell(opened, opened + timedelta(days=days), is_new_id=True)]
    draw = rng.random()
    if draw < config.repost_share + config.reopen_share:
        is_repost = draw < config.repost_share
        gap = rng.randint(3, _LONGEST_REPOST_GAP_DAYS if is_repost else 12)
        again = spells[0].closed + timedelta(days=gap)
        spells.append(Spell(again, again + timedelta(days=rng.randint(10, 45)), is_new_id=is_repost))
    return tuple(spells)


def _draw_cities(rng: random.Random, config: MarketConfig, employer: Employer) -> tuple[City, ...]:
    pool = CITIES[employer.country]
    home = pool[employer.style % len(pool)]
    main = home if rng.random() < 0.6 else pick(rng, pool)
    if rng.random() >= config.multi_place_share:
        return (main,)
    others = [city for city in pool if city is not main]
    return (main, *pick_some(rng, others, 1 + poisson(rng, 0.8)))


def _draw_pay(rng: random.Random, employer: Employer, city: City, seniority: Seniority) -> Pay | None:
    if rng.random() >= employer.habits.states_pay:
        return None
    currency = CURRENCY.get(city.country_code, "EUR")
    base = (_BASE_PAY | _BASE_PAY_ELSEWHERE)[currency] * _RANK_PAY.get(seniority, 1.0)
    step = 1000
    minimum = round(base * rng.uniform(0.85, 1.05) / step) * step
    maximum = round(minimum * rng.uniform(1.15, 1.4) / step) * step
    return Pay(minimum=float(minimum), maximum=float(maximum), currency=currency, period="year")


def _draw_edits(
    rng: random.Random, config: MarketConfig, spell: Spell, labels: TrueLabels
) -> tuple[Edit, ...]:
    if rng.random() >= config.edit_share:
        return ()
    length = (spell.closed - spell.opened).days
    if length < 3:
        return ()
    kinds: list[EditKind] = ["wording", "wording", "wording", "pay", "pay"]
    if labels.cert_status == "none":
        kinds.append("cert_added")
    if labels.criteria_status == "none":
        kinds.append("criteria_added")
    days = sorted(pick_some(rng, range(1, length), 1 + (rng.random() < 0.2)))
    return tuple(Edit(spell.opened + timedelta(days=day), pick(rng, kinds)) for day in days)
