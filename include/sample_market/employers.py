"""Invented employers: size, board, home country and hiring habits.

Habits are drawn once per employer, so ads of one employer resemble one another (intra-employer
correlation). No name is that of a real firm to our knowledge, and none is a person's.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

import msgspec

from include.classify.labels import Archetype
from include.sample_market.config import MarketConfig, TrueShares
from include.sample_market.draws import dirichlet, pick, stream
from include.sample_market.places import HOME_COUNTRIES, LOCAL_LANGUAGE

BOARD_SYSTEMS = ("greenhouse", "lever", "ashby")
INDUSTRIES = ("fintech", "health", "logistics", "energy", "education", "retail", "security", "industry")
CERT_CATEGORIES = ("required", "listed", "preferred", "mentioned_other")
CRITERIA_CATEGORIES = ("explicit", "partial")
ARCHETYPES: dict[Archetype, float] = {
    "generalist_other": 0.36,
    "technical": 0.20,
    "business_owner_pnl": 0.14,
    "framework_delivery": 0.16,
    "marketing_gtm": 0.09,
    "catch_all": 0.05,
}

# fmt: off
_FIRST = (
    "Brindle", "Quillmoor", "Tamsin", "Hollowell", "Vexley", "Orrin", "Marlowick", "Pellbrook",
    "Sundrake", "Ashgrove", "Corvane", "Dunmere", "Elderfen", "Farrowby", "Glimmer", "Hexworth",
    "Ivorlane", "Jasperow", "Kettering", "Larkmoor", "Mossgate", "Nettlebay", "Oakrift", "Pinnock",
    "Quarrel", "Ravensby", "Saltmere", "Thornby", "Umberfield", "Velloway", "Wrenfold", "Yarrowby",
    "Zephyrine", "Amberlode", "Bracken", "Cinderhall", "Drystone", "Everglen", "Foxmantle",
    "Greywater",
)
_SECOND = (
    "Works", "Systems", "Labs", "Cloud", "Analytics", "Digital", "Networks", "Software", "Robotics",
    "Group", "Services", "Interactive", "Technologies", "Platforms", "Logic", "Data", "Solutions",
    "Online", "Partners", "Collective", "Industries", "Craft", "Supply", "Exchange", "Direct",
)
# fmt: on

_CALIBRATION_ROUNDS = 50


class Habits(msgspec.Struct, frozen=True, kw_only=True):
    """What an employer tends to write.

    Attributes:
        cert: probability of each of `CERT_CATEGORIES`; the rest says nothing on certifications.
        criteria: probability of each of `CRITERIA_CATEGORIES`.
        archetypes: probability of each of `ARCHETYPES`, in its order.
        framework: the employer's way of working.
        english_share: share of ads in English.
        states_pay: probability that an ad states pay.
        names_contact: ads end with a contact line (to be removed as personal data).
    """

    cert: tuple[float, ...]
    criteria: tuple[float, ...]
    archetypes: tuple[float, ...]
    framework: str
    english_share: float
    states_pay: float
    names_contact: bool


class Employer(msgspec.Struct, frozen=True, kw_only=True):
    """One employer with one board.

    Attributes:
        index: position in the market, from 0.
        token: the board's name in URLs.
        size_share: expected share of the market's openings.
        style: which HTML habits its ads show (see markup.py).
    """

    index: int
    name: str
    token: str
    source: str
    industry: str
    country: str
    size_share: float
    style: int
    habits: Habits

    @property
    def board_key(self) -> str:
        """`source/token`, the board's key in faults and statistics."""
        return f"{self.source}/{self.token}"


def make_employers(config: MarketConfig) -> tuple[Employer, ...]:
    """Return the employers of a market, largest first by expected size.

    Board systems take turns by size rank, so that each system has large and small employers.
    """
    rng = stream(config.seed, "employers")
    names = [f"{first} {second}" for first in _FIRST for second in _SECOND]
    rng.shuffle(names)
    weights = [(rank + 1) ** -config.size_exponent for rank in range(config.employers)]
    total = sum(weights)
    countries = _home_countries(rng, config.employers)
    habits = [_draw_habits(rng, config, country) for country in countries]
    sizes = [weight / total for weight in weights]
    if config.is_calibrated:
        english = [size * item.english_share for size, item in zip(sizes, habits, strict=True)]
        habits = _calibrate(habits, [size / sum(english) for size in english], config.shares)
    return tuple(
        Employer(
            index=index,
            name=names[index],
            token=_token(names[index], BOARD_SYSTEMS[index % 3]),
            source=BOARD_SYSTEMS[index % 3],
            industry=pick(rng, INDUSTRIES),
            country=countries[index],
            size_share=sizes[index],
            style=rng.randrange(1_000_000),
            habits=habits[index],
        )
        for index in range(config.employers)
    )


def _home_countries(rng: random.Random, count: int) -> list[str]:
    pool = list(HOME_COUNTRIES) * (count // len(HOME_COUNTRIES) + 1)
    countries = pool[: max(count, len(HOME_COUNTRIES))]
    rng.shuffle(countries)
    return countries[:count]


def _token(name: str, source: str) -> str:
    # Ashby tokens keep their case in URLs; the other two are lower case.
    return name.replace(" ", "") if source == "ashby" else name.replace(" ", "").lower()


def _draw_habits(rng: random.Random, config: MarketConfig, country: str) -> Habits:
    shares = config.shares
    concentration = 1 / config.employer_correlation - 1
    asked = (shares.cert_required, shares.cert_listed, shares.cert_preferred, shares.cert_mentioned)
    cert = dirichlet(rng, (*asked, 1 - sum(asked)), concentration)
    told = (shares.criteria_explicit, shares.criteria_partial)
    criteria = dirichlet(rng, (*told, 1 - sum(told)), concentration)
    return Habits(
        cert=tuple(cert[:-1]),
        criteria=tuple(criteria[:-1]),
        archetypes=tuple(dirichlet(rng, tuple(ARCHETYPES.values()), 4.0)),
        framework=pick(rng, ("scrum", "scrum", "safe", "agile_generic", "none", "other")),
        english_share=0.45 if country in LOCAL_LANGUAGE else 1.0,
        states_pay=0.75 if country == "US" else 0.2,
        names_contact=rng.random() < 0.25,
    )


def _calibrate(habits: list[Habits], sizes: Sequence[float], shares: TrueShares) -> list[Habits]:
    """Scale habits so that the mean over English ads equals each category's expected share."""
    cert_targets = (shares.cert_required, shares.cert_listed, shares.cert_preferred, shares.cert_mentioned)
    criteria_targets = (shares.criteria_explicit, shares.criteria_partial)
    cert = _rake([list(item.cert) for item in habits], sizes, cert_targets)
    criteria = _rake([list(item.criteria) for item in habits], sizes, criteria_targets)
    return [
        msgspec.structs.replace(item, cert=tuple(cert[index]), criteria=tuple(criteria[index]))
        for index, item in enumerate(habits)
    ]


def _rake(rows: list[list[float]], sizes: Sequence[float], targets: Sequence[float]) -> list[list[float]]:
    for _ in range(_CALIBRATION_ROUNDS):
        for column, target in enumerate(targets):
            mean = sum(size * row[column] for size, row in zip(sizes, rows, strict=True))
            for row in rows:
                row[column] = row[column] * target / mean if mean > 0 else target
        for row in rows:  # no employer may exceed certainty; the next round makes up for what is cut
            total = sum(row)
            if total > 0.95:
                row[:] = [value * 0.95 / total for value in row]
    return rows
