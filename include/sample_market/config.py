"""What a simulated labour market is made of."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from include.partitions import week_start

TREND_ORIGIN = date(2026, 1, 5)
"""The Monday at which shares are exactly those of `TrueShares`."""

MAX_EMPLOYERS = 1000
"""As many distinct invented names as there are."""


class MarketConfigError(ValueError):
    """A market cannot be made as asked; the message names the field and its bounds."""


@dataclass(frozen=True, kw_only=True)
class TrueShares:
    """Expected shares among product openings in the week of `TREND_ORIGIN`.

    The defaults are the demo's: chosen so that every headline number is visible with about 85 English
    product openings a week. They are planning values, not findings about any real market; published
    studies and hand-labelled ads suggest that required certifications are rarer.

    Attributes:
        cert_required: certification required, at hire or after.
        cert_post_hire: share of the required ones that may be obtained after hire.
        cert_listed: strongest mention is a bare item under a neutral heading.
        cert_preferred: strongest mention is a preference.
        cert_mentioned: certifications are talked about but not asked of the candidate.
        criteria_explicit: an E tier is present.
        criteria_partial: an A, H or S tier, and no E tier.
        generic_kpi: tier G text is present, whatever else is.
        cert_required_trend: relative change of `cert_required` per year (0.25: 6 % becomes 7.5 %).
        criteria_explicit_trend: relative change of `criteria_explicit` per year.
        criteria_given_cert: chance of explicit criteria among openings that require a certification,
            relative to all openings (1.0: independent).
        cert_for_owners: chance of a required certification in product-owner openings, relative to others.
    """

    cert_required: float = 0.06
    cert_post_hire: float = 0.15
    cert_listed: float = 0.02
    cert_preferred: float = 0.06
    cert_mentioned: float = 0.05
    criteria_explicit: float = 0.15
    criteria_partial: float = 0.20
    generic_kpi: float = 0.30
    cert_required_trend: float = 0.25
    criteria_explicit_trend: float = -0.10
    criteria_given_cert: float = 0.7
    cert_for_owners: float = 1.8

    def __post_init__(self) -> None:
        asked = self.cert_required + self.cert_listed + self.cert_preferred + self.cert_mentioned
        if asked >= 1 or self.criteria_explicit + self.criteria_partial >= 1:
            raise MarketConfigError(
                "the certification shares, and criteria_explicit + criteria_partial, must each stay below 1"
            )


@dataclass(frozen=True, kw_only=True)
class MarketConfig:
    """One market. Openings of a week depend on `seed` and the employers only, not on the window.

    So a history dump up to Sunday and a server from Monday on, with the same seed, show one market.

    Attributes:
        seed: the same seed and configuration give the same market, byte for byte.
        employers: number of employers, each with one board.
        end_day: last day of the window.
        weeks: ISO weeks in the window; the last holds `end_day`.
        product_openings_per_week: expected openings in the product role families, all languages.
        other_openings_per_week: expected openings in other occupations.
        size_exponent: employer sizes fall with rank to this power (Zipf).
        employer_correlation: intra-employer correlation of certification and criteria labels.
        is_calibrated: scale the employers' habits so that the expected shares equal `shares` for this
            draw of employers. Leave it off to study sampling of employers.
        repost_share: openings that are closed and posted again under a new id within 60 days.
        reopen_share: openings whose posting vanishes for some days and returns under its id.
        edit_share: openings whose text changes while they are open.
        multi_place_share: openings advertised in several places.
        evergreen_share: openings that stay open for half a year or more.
        shares: the expected label shares.
    """

    seed: int = 20261116
    employers: int = 24
    end_day: date = date(2026, 11, 22)
    weeks: int = 27
    product_openings_per_week: float = 105.0
    other_openings_per_week: float = 90.0
    size_exponent: float = 0.7
    employer_correlation: float = 0.15
    is_calibrated: bool = True
    repost_share: float = 0.05
    reopen_share: float = 0.01
    edit_share: float = 0.12
    multi_place_share: float = 0.15
    evergreen_share: float = 0.02
    shares: TrueShares = field(default_factory=TrueShares)

    def __post_init__(self) -> None:
        if not 1 <= self.employers <= MAX_EMPLOYERS:
            raise MarketConfigError(f"employers={self.employers}: give 1 to {MAX_EMPLOYERS}")
        if self.weeks < 1:
            raise MarketConfigError(f"weeks={self.weeks}: give at least 1")
        if not 0 < self.employer_correlation < 1:
            raise MarketConfigError(
                f"employer_correlation={self.employer_correlation}: give a value between 0 and 1"
            )

    @property
    def first_week(self) -> date:
        """Monday of the window's first week."""
        return week_start(self.end_day) - timedelta(weeks=self.weeks - 1)

    @property
    def mondays(self) -> list[date]:
        """Mondays of the window's weeks, oldest first."""
        return [self.first_week + timedelta(weeks=index) for index in range(self.weeks)]

    @classmethod
    def benchmark(cls, *, postings: int = 1_000_000, years: int = 5, seed: int = 1) -> MarketConfig:
        """Return a market of about `postings` postings at 500 boards over `years` years."""
        weeks = 52 * years
        copies = 1.2  # postings per opening with the default copies and reposts, measured
        per_week = postings / weeks / copies
        return replace(
            cls(seed=seed, employers=500, weeks=weeks, size_exponent=0.9),
            product_openings_per_week=per_week * 0.4,
            other_openings_per_week=per_week * 0.6,
        )
