"""Expectations that several tables share because their rows are of one sort."""

from __future__ import annotations

from datetime import date

from include.validate.checks import Check, NoRows

_SINCE = date(2026, 11, 23)


def evidence_checks() -> tuple[Check, ...]:
    """Return the checks of a table whose rows quote the ad: a claim is only as good as its evidence.

    The table has content_hash, mention_index, quote, start_offset, end_offset and the three versions.
    """
    return (
        NoRows(
            id="offsets_fit_the_quote",
            expect="end_offset - start_offset is the length of the quote, and start_offset is not negative.",
            sql="""
                SELECT content_hash, mention_index, start_offset, end_offset, length(quote) AS quote_length
                FROM $rows
                WHERE start_offset < 0 OR end_offset - start_offset <> length(quote)
            """,
            severity="critical",
            reason="Text, offsets and quote must agree, or a reader who checks the evidence finds other "
            "words.",
            since=_SINCE,
            mend="Classify the content again; if it stays, the classifier cut the quote after taking "
            "offsets.",
        ),
        NoRows(
            id="quote_is_short",
            expect="A quote has 1 to 300 characters.",
            sql="""
                SELECT content_hash, mention_index, length(quote) AS quote_length
                FROM $rows
                WHERE length(quote) NOT BETWEEN 1 AND 300
            """,
            severity="critical",
            reason="Releases carry short quotes, never whole ads; 300 characters is the codebook's bound.",
            since=_SINCE,
            mend="Correct the classifier's clipping and classify the content again.",
        ),
        NoRows(
            id="quote_names_nobody",
            expect="No quote holds a mail address.",
            sql=r"""
                SELECT content_hash, mention_index
                FROM $rows
                WHERE regexp_matches(quote, '[\w.+-]+@[\w-]+\.[A-Za-z]{2,}')
            """,
            severity="critical",
            reason="Personal data is dropped in normalize and must not come out with the evidence.",
            since=_SINCE,
            mend="Mend the scrubber in include/normalize, then normalize and classify the content again.",
        ),
        NoRows(
            id="content_has_signals",
            expect="The content of every mention has its row of labels in core_signals.",
            sql="""
                SELECT DISTINCT content_hash FROM $rows
                WHERE content_hash NOT IN (SELECT content_hash FROM core_signals)
            """,
            severity="critical",
            reason="A mention without labels is counted in the evidence but in no share.",
            since=_SINCE,
            mend="Load signals and mentions of one content together; build the partition again.",
        ),
        NoRows(
            id="mentions_are_numbered",
            expect="mention_index runs from 0 without a gap within a content.",
            sql="""
                SELECT content_hash, count(*) AS n_mentions, min(mention_index) AS first,
                    max(mention_index) AS last
                FROM $rows
                GROUP BY content_hash
                HAVING min(mention_index) <> 0 OR max(mention_index) <> count(*) - 1
            """,
            severity="critical",
            reason="A gap means that mentions of an older classification stayed behind or were lost.",
            since=_SINCE,
            mend="Replace all mentions of a content together; build the partition again.",
        ),
        NoRows(
            id="versions_agree_with_signals",
            expect="A mention was found by the same lexicon, rules and model as its content's labels.",
            sql="""
                SELECT m.content_hash, m.mention_index, m.rules_version,
                    s.rules_version AS signals_rules_version
                FROM $rows AS m JOIN core_signals AS s USING (content_hash)
                WHERE (m.lexicon_version, m.rules_version, m.model_version)
                   <> (s.lexicon_version, s.rules_version, s.model_version)
            """,
            severity="critical",
            reason="Evidence of one classifier version beside labels of another explains nothing.",
            since=_SINCE,
            mend="Classify again with reclassify set, so that both tables are replaced.",
        ),
    )


def release_checks() -> tuple[Check, ...]:
    """Return the checks of a published table: its stamp must say which release it is and of what data."""
    return (
        NoRows(
            id="release_stamp_is_consistent",
            expect="published_at is the Monday after the release's week, 12:00 UTC; no row is later than "
            "that week.",
            sql="""
                SELECT week_start, release_id, published_at, count(*) AS n_rows
                FROM $rows
                WHERE dayofweek(week_start) <> 1
                   OR NOT regexp_full_match(release_id, '\\d{4}-W\\d{2}')
                   OR week_start > try_strptime(release_id || '-1', '%G-W%V-%u')
                   OR published_at IS DISTINCT FROM
                        try_strptime(release_id || '-1', '%G-W%V-%u') + INTERVAL 7 DAY + INTERVAL 12 HOUR
                GROUP BY ALL
            """,
            severity="critical",
            reason="Vintages are found by these stamps; the clock must not leak into them.",
            since=_SINCE,
            mend="Measure the week again; the stamps come from include/partitions.py, never from the clock.",
        ),
        NoRows(
            id="one_origin_and_one_method",
            expect="All rows of a release share one data origin and one set of versions.",
            sql="""
                SELECT release_id, count(DISTINCT data_origin) AS n_origins,
                    count(DISTINCT methodology_version) AS n_methods,
                    count(DISTINCT taxonomy_version) AS n_taxonomies, count(DISTINCT code_version) AS n_codes
                FROM $rows
                GROUP BY release_id
                HAVING greatest(n_origins, n_methods, n_taxonomies, n_codes) > 1
            """,
            severity="critical",
            reason="Simulated and real data never share an output, and one release is measured one way.",
            since=_SINCE,
            mend="Measure the week again; all rows are replaced.",
        ),
        NoRows(
            id="week_has_rows",
            expect="The week under check has at least one row.",
            sql="""
                SELECT $first_day AS week_start
                WHERE NOT EXISTS (FROM $rows WHERE week_start = date_trunc('week', $first_day))
            """,
            severity="critical",
            reason="An empty table satisfies every other rule; a quiet week still has rows that say so.",
            since=_SINCE,
            mend="Run measure for the week; if it ran, no opening of any source falls in the week.",
            partitions=frozenset({"week"}),
        ),
    )
