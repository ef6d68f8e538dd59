"""The simulated labour market: employers, openings, postings, texts and truth, all from one seed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cached_property, lru_cache

from include.partitions import week_name, week_start
from include.sample_market.ad import Ad
from include.sample_market.compose import compose
from include.sample_market.config import MarketConfig
from include.sample_market.employers import Employer, make_employers
from include.sample_market.labels import TrueLabels
from include.sample_market.openings import (
    Opening,
    PostingRecord,
    openings_of_week,
    postings_of,
    standing_openings,
)
from include.sample_market.truth import TrueWeek, TruthRow, is_measured, summarise, true_week

_TEXTS_KEPT = 20_000


def generate(config: MarketConfig | None = None) -> Market:
    """Return the market of `config` (the demo's when None). Nothing is computed before it is asked for."""
    return Market(config or MarketConfig())


def stream_openings(config: MarketConfig) -> Iterator[Opening]:
    """Yield the window's openings week by week in constant memory, labels only.

    For statistics on many postings; texts can be written one by one with `compose`.
    """
    employers = make_employers(config)
    for monday in config.mondays:
        for employer in employers:
            yield from openings_of_week(config, employer, monday)


class Market:
    """A market over a window of weeks.

    Attributes:
        config: what it was made from.
        employers: largest first.
    """

    def __init__(self, config: MarketConfig) -> None:
        self.config = config
        self.employers: tuple[Employer, ...] = make_employers(config)
        self._ads = lru_cache(maxsize=_TEXTS_KEPT)(self._compose)

    @cached_property
    def openings(self) -> tuple[Opening, ...]:
        """All openings first advertised in the window, by week and employer."""
        return tuple(stream_openings(self.config))

    @cached_property
    def postings_by_employer(self) -> dict[int, tuple[PostingRecord, ...]]:
        """Every posting of the window and the standing ads, by employer, in order of native id."""
        found: dict[int, list[PostingRecord]] = defaultdict(list)
        for employer in self.employers:
            for opening in standing_openings(self.config, employer):
                found[employer.index].extend(postings_of(self.config, employer, opening))
        for opening in self.openings:
            employer = self.employers[opening.employer]
            found[opening.employer].extend(postings_of(self.config, employer, opening))
        return {
            employer.index: tuple(
                sorted(found[employer.index], key=lambda posting: (posting.opened, posting.native_id))
            )
            for employer in self.employers
        }

    def listed_on(self, employer: Employer, day: date) -> list[PostingRecord]:
        """Return the postings on `employer`'s board on `day`, oldest first."""
        return [p for p in self.postings_by_employer[employer.index] if p.is_listed_on(day)]

    def ad(self, opening: Opening, version: int = 0) -> Ad:
        """Return the text of one version of an opening's ad (version 0 is the first)."""
        return self._ads(opening.opening_id, opening, version)

    def truth_in(self, week: date) -> Iterator[TruthRow]:
        """Yield the truth of the openings first advertised in the week that holds `week`, of every kind."""
        monday = week_start(week)
        for opening in self.openings:
            if week_start(opening.opened) == monday:
                yield self.truth_of(opening)

    def truth_of(self, opening: Opening) -> TruthRow:
        """Return one opening's truth with the sentences behind its labels."""
        employer, labels = self.employers[opening.employer], opening.labels
        return TruthRow(
            opening_id=opening.opening_id,
            employer=employer.name,
            source=employer.source,
            board=employer.token,
            posting_ids=tuple(p.native_id for p in postings_of(self.config, employer, opening)),
            title=opening.title,
            role_family=opening.role_family,
            seniority=opening.seniority,
            language=opening.language,
            opened=opening.opened,
            week=week_name(opening.opened),
            cert_status=labels.cert_status,
            cert_timing=labels.cert_timing,
            criteria_status=labels.criteria_status,
            criteria_tiers=labels.criteria_tiers,
            labels=labels,
            evidence=self.ad(opening).evidence,
        )

    def true_weekly(self, week: date, observed_since: date | None = None) -> TrueWeek:
        """Return the true figures of the week that holds `week`, one count for each opening.

        Args:
            week: any day of the week.
            observed_since: count as an observer would who began on that day: a posting put up again
                after its first spell ended before that day is a new opening to them.
        """
        monday = week_start(week)
        if observed_since is None:
            return true_week(monday, self.openings)
        by_employer: dict[int, list[TrueLabels]] = defaultdict(list)
        for opening in self.openings:
            seen = [spell.opened for spell in opening.spells if spell.closed > observed_since]
            if is_measured(opening) and seen and monday <= seen[0] < monday + timedelta(days=7):
                by_employer[opening.employer].append(opening.labels)
        return summarise(monday, by_employer)

    def _compose(self, opening_id: str, opening: Opening, version: int) -> Ad:
        return compose(opening, self.employers[opening.employer], version)
