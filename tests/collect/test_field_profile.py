"""Fields that come or go in every record are told from those that come and go with records."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from include.archive.profile import FieldProfile
from include.archive.reads import Answer, Request
from include.collect.field_profile import field_profile, format_changes

JOBS = [
    {"id": 1, "title": "PM", "pay": {"min": 1}, "tags": ["a"], "office": "Oslo"},
    {"id": 2, "title": "PO", "pay": None, "tags": []},
]


def profile(body: object, purpose: str = "list", status: int = 200) -> FieldProfile:
    """Return the profile of one answer; texts are taken as they are, all else as JSON."""
    raw = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    request = Request(url="https://boards.example.org/acme", purpose=purpose)  # type: ignore[arg-type]
    answer = Answer(
        request=request,
        url=request.url,
        status=status,
        headers=(),
        fetched_at=datetime(2026, 11, 16, tzinfo=UTC),
        body=raw,
        sha256="",
    )
    return field_profile([answer])


def changes(now: object, before: object, source: list[object] | None = None) -> str | None:
    past = [profile(body) for body in source or [before]]
    return format_changes(profile(now), profile(before), FieldProfile.merged(past))


def renamed(jobs: list[dict[str, object]], old: str, new: str) -> list[dict[str, object]]:
    return [{new if name == old else name: value for name, value in job.items()} for job in jobs]


def test_fields_are_counted_under_their_path() -> None:
    found = profile({"jobs": JOBS})
    assert found.objects == {"": 1, "/jobs[]": 2, "/jobs[]/pay": 1}
    assert found.fields["/jobs[]/title"] == 2
    assert found.fields["/jobs[]/office"] == 1
    assert found.in_every("/jobs[]/title")
    assert not found.in_every("/jobs[]/office")
    assert found.in_none("/jobs[]/salary")
    assert not found.in_none("/nowhere[]/salary")


def test_a_renamed_field_is_named_on_both_sides() -> None:
    now = {"jobs": renamed(JOBS, "title", "name")}
    assert changes(now, {"jobs": JOBS}) == "gone: jobs[].title; new: jobs[].name"


def test_a_renamed_list_is_named_once_not_with_all_that_was_in_it() -> None:
    assert changes({"positions": JOBS}, {"jobs": JOBS}) == "gone: jobs; new: positions"


@pytest.mark.parametrize(
    "now",
    [
        {"jobs": JOBS},
        {"jobs": JOBS[:1]},
        {"jobs": JOBS[1:]},  # office and pay.min went with their record
        {"jobs": []},  # nothing to tell from
        "<html><title>Sign in</title>",
        "{broken",
    ],
)
def test_records_that_come_and_go_change_nothing(now: object) -> None:
    assert changes(now, {"jobs": JOBS}) is None


def test_what_other_boards_of_the_source_do_is_no_change() -> None:
    """A field that another board already lacked, or had, says nothing of the source's format."""
    before = {"jobs": JOBS}
    now = {"jobs": renamed(JOBS, "title", "name")}
    other = {"jobs": [{"id": 3, "name": "x"}]}
    assert changes(now, before, [before, other]) is None


def test_xml_has_fields_too() -> None:
    feed = "<?xml version='1.0'?><rss><channel>%s</channel></rss>"
    item = "<item><title>PM</title><{0}>x</{0}></item>"
    before = feed % (item.format("pubDate") * 2)
    now = feed % (item.format("published") * 3)
    assert changes(now, before) == "gone: rss.channel[].item[].pubDate; new: rss.channel[].item[].published"
    assert changes(before, before) is None
    assert profile('<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>') == FieldProfile()


def test_details_are_kept_apart_and_failed_ones_left_out() -> None:
    assert profile({"title": "x"}, purpose="detail").fields == {"detail/title": 1}
    assert profile({"error": "x"}, purpose="detail", status=500) == FieldProfile()


def test_tables_keyed_by_data_and_deep_nests_are_not_records() -> None:
    assert profile({str(number): 1 for number in range(500)}) == FieldProfile()
    nest: object = 1
    for _ in range(500):
        nest = {"a": nest}
    assert len(profile(nest).fields) < 20


def test_names_with_marks_stay_one_name() -> None:
    before, now = [{"a.b/c": 1, "id": 1}], [{"id": 1}]
    assert changes(now, before) == "gone: [].a.b|c"


def test_long_lists_are_sampled() -> None:
    found = profile([{"id": number} for number in range(10_000)])
    assert found.objects["[]"] == 500
    assert changes([{"id": 1, **{f"f{n}": 1 for n in range(20)}}], [{"id": 1}]) == (
        "new: " + ", ".join(f"[].{name}" for name in sorted(f"f{n}" for n in range(20))[:8]) + " and 12 more"
    )


def test_of_a_field_that_no_object_could_have_nothing_is_said() -> None:
    nothing = FieldProfile()
    assert not nothing.in_every("jobs/title")
    assert not nothing.in_none("jobs/title")
