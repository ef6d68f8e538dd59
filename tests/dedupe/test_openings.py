"""Which postings become one opening, on real DuckDB tables made from the cards."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from include.dedupe.clustering import AGGREGATORS
from include.dedupe.openings import group_openings
from include.sources.cards import load_source_cards
from tests.dedupe.postings import DAY, Warehouse, edited, text_of

AD = text_of("word")


@pytest.fixture
def warehouse() -> Warehouse:
    return Warehouse()


def _group(warehouse: Warehouse) -> dict[str, tuple[str, str]]:
    group_openings(warehouse.con, warehouse.read_texts)
    return warehouse.members()


def test_copies_of_one_ad_in_several_places_are_one_opening(warehouse: Warehouse) -> None:
    first = warehouse.add("1", AD, locations=["Berlin"])
    second = warehouse.add("2", AD, locations=["Paris"], opened_date=DAY + timedelta(days=1))
    third = warehouse.add("3", edited(AD, 2), locations=["Madrid"], opened_date=DAY + timedelta(days=2))
    members = _group(warehouse)
    assert members == {first: (first, "first"), second: (first, "same_text"), third: (first, "near_text")}
    (opening,) = warehouse.openings()
    assert (opening["n_postings"], opening["n_locations"], opening["n_reposts"]) == (3, 3, 0)
    assert opening["opened_date"] == DAY
    assert opening["week_start"] == date(2026, 3, 2)


def test_a_place_in_capitals_is_the_same_place(warehouse: Warehouse) -> None:
    warehouse.add("1", AD, locations=["Berlin", "Paris"])
    warehouse.add("2", AD, locations=["BERLIN"])
    _group(warehouse)
    assert [opening["n_locations"] for opening in warehouse.openings()] == [2]


def test_another_text_under_the_same_title_is_another_opening(warehouse: Warehouse) -> None:
    warehouse.add("1", AD)
    warehouse.add("2", edited(AD, 4))  # Jaccard 0.83
    assert [rule for _, rule in _group(warehouse).values()] == ["first", "first"]


def test_a_copy_in_another_place_may_differ_more_than_one_at_the_same_place(warehouse: Warehouse) -> None:
    """Another country's pay, benefits and law change an ad; two roles at one place differ as much."""
    first = warehouse.add("1", AD, locations=["Berlin"])
    elsewhere = warehouse.add("2", edited(AD, 4), locations=["Lisbon"])  # Jaccard 0.83
    too_far = warehouse.add("3", edited(AD, 9), locations=["Oslo"])  # Jaccard 0.69
    members = _group(warehouse)
    assert members[elsewhere] == (first, "near_text")
    assert members[too_far] == (too_far, "first")


@pytest.mark.parametrize(("place", "days"), [([], 0), (["Lisbon"], 20), (["Berlin"], 20)])
def test_a_place_that_is_unknown_or_a_later_time_is_no_copy_elsewhere(
    warehouse: Warehouse, place: list[str], days: int
) -> None:
    warehouse.add("1", AD, locations=["Berlin"], closed_date=DAY + timedelta(days=1))
    warehouse.add("2", edited(AD, 4), locations=place, opened_date=DAY + timedelta(days=days))
    assert [rule for _, rule in _group(warehouse).values()] == ["first", "first"]


def test_a_posting_joins_the_opening_that_it_is_most_like(warehouse: Warehouse) -> None:
    warehouse.add("1", AD)
    second = warehouse.add("2", edited(AD, 4))  # Jaccard 0.83: another role at the same place
    words = edited(AD, 4).split()
    words[100] = "abroad"
    elsewhere = warehouse.add("3", " ".join(words), locations=["Lisbon"])  # 0.79 of the first, 0.96 of this
    assert _group(warehouse)[elsewhere] == (second, "near_text")


def test_of_openings_that_are_as_much_alike_the_earliest_is_joined(warehouse: Warehouse) -> None:
    first = warehouse.add("1", AD, closed_date=DAY + timedelta(days=5))
    second = warehouse.add("2", AD, locations=["Paris"], opened_date=DAY + timedelta(days=15))
    third = warehouse.add("3", edited(AD, 1), locations=[], opened_date=DAY + timedelta(days=16))
    members = _group(warehouse)
    assert members[second] == (second, "first")
    assert members[third] == (first, "repost")


def test_a_text_that_holds_another_is_found_where_signatures_make_them_less_alike(
    warehouse: Warehouse,
) -> None:
    """They share 0.53, of which the signatures see 0.445."""
    ad = text_of("topic5x")
    first = warehouse.add("1", ad)
    longer = warehouse.add("2", f"{ad} {text_of('more5x', 195)}")
    assert _group(warehouse)[longer] == (first, "near_text")


@pytest.mark.parametrize(("n_more", "rule"), [(180, "near_text"), (230, "first")])
def test_a_text_that_holds_another_is_its_copy_until_it_is_twice_as_long(
    warehouse: Warehouse, n_more: int, rule: str
) -> None:
    warehouse.add("1", AD)
    longer = warehouse.add("2", f"{AD} {text_of('more', n_more)}")
    assert _group(warehouse)[longer][1] == rule


@pytest.mark.parametrize(("days", "rule"), [(5, "same_text"), (6, "first")])
def test_an_ad_that_opens_on_the_day_on_which_another_closes_is_open_with_it(
    warehouse: Warehouse, days: int, rule: str
) -> None:
    warehouse.add("1", AD, closed_date=DAY + timedelta(days=5))
    second = warehouse.add("2", AD, locations=["Paris"], opened_date=DAY + timedelta(days=days))
    assert _group(warehouse)[second][1] == rule


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("backend software engineer", "backend engineer"),
        ("staff software engineer product", "staff product engineer"),
        ("infrastructure developer", "infrastructure engineer"),
        ("software architect", "architect"),
        ("vp product mi oh in", "vp product"),
        ("product manager san francisco", "product manager"),
        ("product manager mexico city", "product manager"),
        ("product manager salt lake city ut", "product manager"),
        ("product manager austin tx", "product manager"),
    ],
)
def test_words_of_the_trade_and_states_in_a_row_do_not_part_titles(
    warehouse: Warehouse, one: str, other: str
) -> None:
    first = warehouse.add("1", AD, title_key=one)
    second = warehouse.add("2", AD, title_key=other)
    assert _group(warehouse)[second] == (first, "same_text")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("software product manager", "product manager"),  # may be the one who has the hardware
        ("ios engineer", "mobile engineer"),
        ("senior backend engineer", "backend engineer"),
        ("product manager or in", "product manager"),  # words, not Oregon and Indiana
        ("remote", "worldwide"),  # nothing is left of them that could be alike
    ],
)
def test_words_of_the_role_part_titles(warehouse: Warehouse, one: str, other: str) -> None:
    warehouse.add("1", AD, title_key=one)
    warehouse.add("2", AD, title_key=other)
    assert [rule for _, rule in _group(warehouse).values()] == ["first", "first"]


def test_an_employer_is_no_part_of_a_title_and_half_its_name_is_one(warehouse: Warehouse) -> None:
    first = warehouse.add("1", AD, employer_key="product hunt", title_key="product hunt product manager")
    second = warehouse.add("2", AD, employer_key="product hunt", title_key="product manager")
    third = warehouse.add("3", AD, employer_key="product hunt", title_key="product owner")
    members = _group(warehouse)
    assert members[second] == (first, "same_text")
    assert members[third] == (third, "first")


def test_every_source_that_carries_other_boards_ads_is_an_aggregator() -> None:
    carriers = {
        name for name, card in load_source_cards().items() if card.kind in ("aggregator", "public_service")
    }
    assert carriers == AGGREGATORS


def test_requisition_id_of_the_source_joins_whatever_the_text(warehouse: Warehouse) -> None:
    first = warehouse.add("1", AD, opening_native_id="R-1")
    second = warehouse.add("2", text_of("other"), opening_native_id="R-1")
    elsewhere = warehouse.add("3", text_of("third"), opening_native_id="R-1", board="acme-eu")
    members = _group(warehouse)
    assert members[second] == (first, "opening_id")
    assert members[elsewhere] == (elsewhere, "first")


def test_a_requisition_id_is_that_of_its_source(warehouse: Warehouse) -> None:
    warehouse.add("1", AD, opening_native_id="R-1")
    other = warehouse.add("2", text_of("other"), opening_native_id="R-1", source="lever")
    assert _group(warehouse)[other] == (other, "first")


def test_two_roles_under_one_requisition_id_stay_apart_and_two_ranks_do_not(warehouse: Warehouse) -> None:
    first = warehouse.add("1", AD, opening_native_id="R-1", title_key="product manager payments")
    rank = warehouse.add("2", "", opening_native_id="R-1", title_key="senior product manager payments")
    other = warehouse.add("3", "", opening_native_id="R-1", title_key="product manager city tooling")
    again = warehouse.add("4", "", opening_native_id="R-1", title_key="product manager city tooling")
    assert _group(warehouse) == {
        first: (first, "first"),
        rank: (first, "opening_id"),
        other: (other, "first"),
        again: (other, "opening_id"),
    }


@pytest.mark.parametrize(
    ("one", "other", "rule"),
    [
        (
            "product manager consumer growth",
            "product manager consumers growth team",
            "opening_id",
        ),  # 83 of 100
        ("product manager search ranking", "product manager search relevance", "first"),  # 67 of 100
    ],
)
def test_how_much_two_titles_under_one_requisition_id_may_differ(
    warehouse: Warehouse, one: str, other: str, rule: str
) -> None:
    warehouse.add("1", AD, opening_native_id="R-1", title_key=one)
    second = warehouse.add("2", "", opening_native_id="R-1", title_key=other)
    assert _group(warehouse)[second][1] == rule


@pytest.mark.parametrize("title", ["lead associate owner payments", "product manager payment"])
def test_rank_trade_and_plural_do_not_part_titles_under_one_requisition_id(
    warehouse: Warehouse, title: str
) -> None:
    first = warehouse.add("1", AD, opening_native_id="R-1", title_key="product manager payments")
    second = warehouse.add("2", "", opening_native_id="R-1", title_key=title)
    assert _group(warehouse)[second] == (first, "opening_id")


@pytest.mark.parametrize(
    "placeholder",
    [
        *("See Opening ID", "N/A", "na", "0", "00-0", "XXX", "TBD", "tba", "None", "null", "unknown"),
        *("evergreen", "Pipeline", "general", "test", "multiple", "various", "--", " - TBD"),
    ],
)
def test_a_placeholder_is_no_requisition_id(warehouse: Warehouse, placeholder: str) -> None:
    warehouse.add("1", AD, opening_native_id=placeholder)
    warehouse.add("2", text_of("other"), opening_native_id=placeholder)
    assert {rule for _, rule in _group(warehouse).values()} == {"first"}


@pytest.mark.parametrize(("n_titles", "is_id"), [(1, True), (5, True), (6, False)])
def test_an_id_of_many_titles_is_no_requisition_id(warehouse: Warehouse, n_titles: int, is_id: bool) -> None:
    titles = ["growth", "billing", "mobile", "search", "kitchen", "fraud"]
    for number in range(12):
        title = titles[number % n_titles]
        warehouse.add(f"{number:02}", text_of(f"t{number}y"), title_key=title, opening_native_id="POOL-1")
    rules = [rule for _, rule in _group(warehouse).values()]
    assert rules.count("opening_id") == (12 - n_titles if is_id else 0)


def test_the_age_of_a_posting_is_that_by_which_it_is_counted(warehouse: Warehouse) -> None:
    """From the day it was opened, not from the one its source says; where none is known, when it was seen."""
    for employer in ("a", "b"):
        warehouse.add("1", AD, employer_key=employer, board=employer, closed_date=DAY)
    later = DAY + timedelta(days=61)
    warehouse.add("2", AD, employer_key="a", board="a", opened_date=later, posted_date=DAY)
    warehouse.add("2", AD, employer_key="b", board="b", opened_date=None, first_seen_date=later)
    assert {rule for _, rule in _group(warehouse).values()} == {"first"}


@pytest.mark.parametrize(
    ("gap_days", "before", "after", "rule"),
    [
        (60, ["Berlin"], ["Berlin"], "repost"),
        (61, ["Berlin"], ["Berlin"], "first"),
        (10, ["Berlin"], ["Paris"], "first"),
        (10, ["Berlin"], [], "repost"),
        (10, [], ["Berlin"], "repost"),
    ],
)
def test_reposts_need_sixty_days_and_no_other_place(
    warehouse: Warehouse, gap_days: int, before: list[str], after: list[str], rule: str
) -> None:
    closed = DAY + timedelta(days=30)
    warehouse.add("1", AD, closed_date=closed, locations=before)
    second = warehouse.add("2", AD, opened_date=closed + timedelta(days=gap_days), locations=after)
    assert _group(warehouse)[second][1] == rule
    assert sum(opening["n_reposts"] for opening in warehouse.openings()) == (rule == "repost")


def test_reposts_of_reposts_stay_one_opening(warehouse: Warehouse) -> None:
    for number in range(4):
        begin = DAY + timedelta(days=70 * number)
        warehouse.add(str(number), AD, opened_date=begin, closed_date=begin + timedelta(days=30))
    _group(warehouse)
    (opening,) = warehouse.openings()
    assert (opening["n_postings"], opening["n_reposts"]) == (4, 3)
    assert opening["closed_date"] == DAY + timedelta(days=240)


@pytest.mark.parametrize(("closed", "rule"), [(100, "repost"), (None, "same_text")])
def test_a_repost_comes_after_the_last_copy_that_closed(
    warehouse: Warehouse, closed: int | None, rule: str
) -> None:
    """Of two copies one closes after ten days; the other stays for a hundred, or is still open."""

    def on(number: int) -> date:
        return DAY + timedelta(days=number)

    for is_first_to_close in (True, False):
        name = f"{is_first_to_close}"
        days = (10, closed) if is_first_to_close else (closed, 10)
        for number, day in enumerate(days):
            ending = None if day is None else on(day)
            warehouse.add(f"{name} {number}", AD, closed_date=ending, employer_key=name)
        warehouse.add(f"{name} again", AD, opened_date=on(120), employer_key=name)
    members = _group(warehouse)
    assert [members[f"greenhouse:acme:{name} again"] for name in ("True", "False")] == [
        ("greenhouse:acme:True 0", rule),
        ("greenhouse:acme:False 0", rule),
    ]


def test_a_posting_of_unknown_age_is_the_first(warehouse: Warehouse) -> None:
    dated = warehouse.add("1", AD, opened_date=DAY - timedelta(days=900))
    undated = warehouse.add("2", AD, opened_date=None, first_seen_date=None)
    assert _group(warehouse) == {undated: (undated, "first"), dated: (undated, "same_text")}


@pytest.mark.parametrize(
    "copy", [edited(AD, 1), f"{AD} {text_of('benefit', 80)}"], ids=["edited", "with a section more"]
)
@pytest.mark.parametrize(("source", "rule"), [("lever", "cross_board"), ("greenhouse", "near_text")])
def test_what_is_a_copy_at_another_source_and_at_another_board_of_one(
    warehouse: Warehouse, copy: str, source: str, rule: str
) -> None:
    first = warehouse.add("1", AD, board="acme")
    second = warehouse.add("2", copy, source=source, board="acme" if source == "lever" else "acme_eu")
    assert _group(warehouse)[second] == (first, rule)


def test_aggregators_copy_joins_and_never_leads(warehouse: Warehouse) -> None:
    copy = warehouse.add("9", AD, source="remotive", board="remotive", opened_date=DAY - timedelta(days=5))
    own = warehouse.add("1", AD, title_key="acme product manager")
    assert _group(warehouse) == {own: (own, "first"), copy: (own, "cross_board")}
    (opening,) = warehouse.openings()
    assert opening["source"] == "greenhouse"
    assert opening["opened_date"] == DAY - timedelta(days=5)


def test_an_opening_lives_from_the_first_to_the_last_day_of_all_its_copies(warehouse: Warehouse) -> None:
    """A copy that closed long before the employer's own began belongs to it where a third lies between."""
    own = warehouse.add("1", AD)

    def copy(native_id: str, opened: int, closed: int) -> str:
        begin, end = DAY + timedelta(days=opened), DAY + timedelta(days=closed)
        return warehouse.add(
            native_id, AD, source="remotive", board="remotive", opened_date=begin, closed_date=end
        )

    long, within, before = copy("7", -200, -50), copy("8", -150, -100), copy("9", -300, -270)
    members = _group(warehouse)
    assert members[long] == members[within] == (own, "cross_board")
    assert members[before] == (before, "first")


def test_series_kinds_of_imports_origins_and_employers_never_mix(warehouse: Warehouse) -> None:
    warehouse.add("1", AD)
    warehouse.add("2", AD, source="import/dump", series_kind="archived", opening_native_id="R-1")
    warehouse.add("3", AD, source="import/dump", series_kind="reconstructed", opening_native_id="R-1")
    warehouse.add("4", AD, employer_key="other")
    warehouse.add("5", AD, data_origin="archive", opening_native_id="R-1")
    assert {rule for _, rule in _group(warehouse).values()} == {"first"}


def _standing(warehouse: Warehouse, native_id: str, text: str = AD, **values: Any) -> str:
    """Add an ad that its board listed on its first read, on DAY, and that had been published before."""
    return warehouse.add(
        native_id,
        text,
        **{"series_kind": "reconstructed", "opened_date": DAY - timedelta(days=40), "first_seen_date": DAY}
        | values,
    )


def test_a_copy_or_repost_of_what_stood_at_the_first_look_is_not_new(warehouse: Warehouse) -> None:
    """The observed series would begin with openings that are none."""
    stood = _standing(
        warehouse, "1", closed_date=DAY + timedelta(days=9), last_seen_date=DAY + timedelta(days=8)
    )
    later = {
        rule: warehouse.add(
            rule,
            edited(AD, n_changes),
            opened_date=DAY + timedelta(days=days),
            first_seen_date=DAY + timedelta(days=days),
            closed_date=DAY + timedelta(days=days + 5),
            **values,
        )
        for rule, n_changes, days, values in (
            ("same_text", 0, 2, {"locations": ["Paris"]}),
            ("near_text", 2, 3, {"locations": ["Madrid"]}),
            ("repost", 0, 40, {}),
            ("cross_board", 0, 4, {"source": "remotive", "board": "remotive"}),
            ("first", 0, 120, {}),
        )
    }
    members = _group(warehouse)
    for rule, posting in later.items():
        assert members[posting] == (posting if rule == "first" else stood, rule)
    opening, new = sorted(warehouse.openings(), key=lambda one: one["first_seen_date"])
    assert (opening["series_kind"], opening["n_postings"], opening["n_reposts"]) == ("reconstructed", 5, 1)
    assert opening["opened_date"] == DAY - timedelta(days=40)
    assert (new["series_kind"], new["n_postings"]) == ("observed", 1)


def test_a_copy_does_not_date_what_stood_there_without_a_date(warehouse: Warehouse) -> None:
    _standing(warehouse, "1", opened_date=None)
    copy = DAY + timedelta(days=8)
    warehouse.add("2", AD, locations=["Paris"], opened_date=copy, first_seen_date=copy)
    (opening,) = warehouse.openings() if _group(warehouse) else ()
    assert (opening["opened_date"], opening["week_start"], opening["n_postings"]) == (None, None, 2)


def test_what_follows_a_copy_of_what_stood_there_belongs_to_the_same_opening(warehouse: Warehouse) -> None:
    """The third is like the second, not like the first."""
    stood = _standing(warehouse, "1")
    second = warehouse.add("2", edited(AD, 3), opened_date=DAY + timedelta(days=2), opening_native_id="R-1")
    third = warehouse.add("3", text_of("other"), opened_date=DAY + timedelta(days=3), opening_native_id="R-1")
    members = _group(warehouse)
    assert members[second] == (stood, "near_text")
    assert members[third] == (stood, "opening_id")


def test_a_requisition_that_stood_there_is_not_new_under_another_posting_id(warehouse: Warehouse) -> None:
    stood = _standing(warehouse, "1", opening_native_id="R-1")
    again = warehouse.add(
        "2", text_of("other"), opening_native_id="R-1", first_seen_date=DAY + timedelta(days=9)
    )
    assert _group(warehouse)[again] == (stood, "opening_id")


def test_what_is_first_seen_later_takes_no_opening_out_of_a_past_week(warehouse: Warehouse) -> None:
    """A board that is read from June on lists ads of January: what began in March elsewhere stays there."""
    seen = warehouse.add("1", AD)
    _standing(warehouse, "2", first_seen_date=DAY + timedelta(days=90), board="other")
    members = _group(warehouse)
    assert members[seen] == (seen, "first")
    assert {rule for _, rule in members.values()} == {"first"}


def test_an_aggregators_old_copy_does_not_lead_the_employers_own_ad(warehouse: Warehouse) -> None:
    _standing(warehouse, "1", source="remotive", board="remotive")
    own = warehouse.add("2", AD, opened_date=DAY + timedelta(days=3), first_seen_date=DAY + timedelta(days=3))
    assert _group(warehouse)[own] == (own, "first")


def test_unnamed_employers_are_not_one_employer(warehouse: Warehouse) -> None:
    warehouse.add("1", AD, employer_key="", board="a")
    warehouse.add("2", AD, employer_key="", board="b")
    warehouse.add("3", AD, employer_key="", board="b", source="lever")
    assert {rule for _, rule in _group(warehouse).values()} == {"first"}


def test_titles_that_differ_by_their_place_are_one_title(warehouse: Warehouse) -> None:
    warehouse.add("1", AD, title_key="product manager smallville", locations=["Smallville, Kansas"])
    longer = f"{AD} {text_of('benefit', 8)}"
    second = warehouse.add("2", longer, title_key="product manager paris", locations=["Paris"])
    assert _group(warehouse)[second][1] == "near_text"


def test_order_of_words_and_names_of_places_do_not_part_titles(warehouse: Warehouse) -> None:
    warehouse.add("1", AD, title_key="product manager growth new york")
    second = warehouse.add("2", edited(AD, 1), title_key="growth product manager emea")
    third = warehouse.add("3", edited(AD, 1), title_key="growth product owner")
    members = _group(warehouse)
    assert members[second][1] == "near_text"
    assert members[third][1] == "first"


def test_a_copy_with_a_local_section_more_is_a_copy_but_no_repost(warehouse: Warehouse) -> None:
    closed = DAY + timedelta(days=5)
    warehouse.add("1", AD, closed_date=closed)
    copy = warehouse.add("2", AD + " " + text_of("benefit", 80), closed_date=closed, locations=["Paris"])
    later = warehouse.add("3", AD + " " + text_of("perk", 80), opened_date=closed + timedelta(days=5))
    members = _group(warehouse)
    assert members[copy][1] == "near_text"
    assert members[later][1] == "first"


def test_texts_too_short_to_tell_are_not_compared(warehouse: Warehouse) -> None:
    warehouse.add("1", "apply now", n_words=2)
    warehouse.add("2", "apply now", n_words=2)
    warehouse.add("3", "", n_words=0)
    warehouse.add("4", "", n_words=0)
    assert {rule for _, rule in _group(warehouse).values()} == {"first"}


def test_a_text_of_thirty_words_is_known_again_to_the_letter(warehouse: Warehouse) -> None:
    for n_words in (29, 30):
        for number in range(2):
            name = f"{n_words} {number}"
            warehouse.add(name, text_of("w", n_words), employer_key=f"employer {n_words}")
    rules = {key.rpartition(":")[2]: rule for key, (_, rule) in _group(warehouse).items()}
    assert rules == {"29 0": "first", "29 1": "first", "30 0": "first", "30 1": "same_text"}


def test_other_families_are_grouped_by_id_alone(warehouse: Warehouse) -> None:
    first = warehouse.add("1", AD, role_family="not_product", opening_native_id="R-7")
    second = warehouse.add("2", AD, role_family="not_product", opening_native_id="R-7")
    third = warehouse.add("3", AD, role_family="not_product")
    assert _group(warehouse) == {
        first: (first, "first"),
        second: (first, "opening_id"),
        third: (third, "first"),
    }


def test_grouping_again_replaces_and_an_open_posting_keeps_the_opening_open(warehouse: Warehouse) -> None:
    warehouse.add("1", AD, closed_date=DAY + timedelta(days=3))
    warehouse.add("2", AD)
    _group(warehouse)
    members = _group(warehouse)
    assert len(members) == 2
    (opening,) = warehouse.openings()
    assert opening["closed_date"] is None
    assert warehouse.con.execute("SELECT count(*) FROM duckdb_tables() WHERE temporary").fetchone() == (0,)


def test_an_opening_lives_as_long_as_its_postings_and_speaks_as_the_first(warehouse: Warehouse) -> None:
    def on(number: int) -> date:
        return DAY + timedelta(days=number)

    days = {"a": (3, 4, 20, 21), "b": (9, 9, 12, 13), "c": (5, 5, 30, 31)}
    for number, (place, (opened, first, last, closed)) in enumerate(days.items()):
        warehouse.add(
            str(number), AD, locations=[place, "Berlin"], opened_date=on(opened), first_seen_date=on(first),
            last_seen_date=on(last), closed_date=on(closed), title=f"Product Manager {place}",
            workplace="remote" if place == "a" else "onsite", content_hash=f"later {place}",
        )  # fmt: skip
    assert len(_group(warehouse)) == 3
    (opening,) = warehouse.openings()
    assert (opening["opened_date"], opening["week_start"]) == (on(3), DAY)
    assert (opening["first_seen_date"], opening["last_seen_date"]) == (on(4), on(30))
    assert opening["closed_date"] == on(31)
    assert (opening["n_postings"], opening["n_locations"]) == (3, 4)  # Berlin once
    assert (opening["title"], opening["workplace"]) == ("Product Manager a", "remote")
    assert warehouse.texts[opening["content_hash"]] == AD  # the first content, not the latest


def test_an_empty_warehouse_gives_no_openings(warehouse: Warehouse) -> None:
    assert _group(warehouse) == {}
    assert warehouse.openings() == []


def test_a_text_that_is_missing_leaves_the_posting_alone(warehouse: Warehouse) -> None:
    warehouse.add("1", AD)
    warehouse.add("2", edited(AD, 1))
    group_openings(warehouse.con, lambda hashes: {})
    assert {rule for _, rule in warehouse.members().values()} == {"first"}


def test_the_caller_owns_the_transaction(warehouse: Warehouse) -> None:
    warehouse.add("1", AD)
    _group(warehouse)
    warehouse.con.begin()
    warehouse.add("2", text_of("other"))
    _group(warehouse)
    warehouse.con.rollback()
    assert len(warehouse.members()) == 1
