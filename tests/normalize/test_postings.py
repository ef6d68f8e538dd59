"""Listing → posting or reject; employers and languages on the way."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.archive.reads import Board
from include.collect.protocol import Listing, Pay, Place, Reject
from include.normalize.employers import employer_key
from include.normalize.languages import detect_language
from include.normalize.posting import Posting
from include.normalize.postings import normalize_listing

DAY = date(2026, 3, 2)
BOARD = Board(source="greenhouse", token="Acme", employer="Acme, Inc.")


def _listing(**values: object) -> Listing:
    fields: dict[str, object] = {"native_id": "1", "title": "Product Manager", "raw_pointer": "jobs[0]"}
    return Listing(**(fields | values))  # type: ignore[arg-type]


def _posting(**values: object) -> Posting:
    outcome = normalize_listing(_listing(**values), BOARD, DAY, "observed")
    assert isinstance(outcome, Posting)
    return outcome


@pytest.mark.parametrize("written", ["None", "null", " NaN ", "company_name", "Name", "n/a", "-", "", None])
def test_a_placeholder_is_no_employer(written: str | None) -> None:
    assert _posting(employer=written).employer == "Acme, Inc."


@pytest.mark.parametrize("written", ["Name It GmbH", "Nan Ya", "Company 3", "None Such Records", "NA"])
def test_names_like_placeholders_stay(written: str) -> None:
    assert _posting(employer=written).employer == written


def test_a_whole_posting() -> None:
    posting = _posting(
        native_id=" A-1 ",
        title="Senior Product Manager  (m/w/d)",
        opening_native_id="R-9",
        description_html="<h2>Role</h2><p>You own the roadmap and the team. Ask jane@example.com. "
        "Pay: $120,000 - $160,000 per year.</p>",
        places=(Place(text="Remote - US"), Place(text="Austin, TX"), Place(text="Austin, TX")),
        posted_on=DAY + timedelta(days=2),
        department=" Product ",
    )
    assert posting.posting_key == "greenhouse:Acme:A-1"
    assert posting.text == (
        "## Role\n\nYou own the roadmap and the team. Ask [removed]. Pay: $120,000 - $160,000 per year."
    )
    expected_hash = hashlib.sha256(f"{posting.title}\n{posting.text}".encode()).hexdigest()
    assert posting.content_hash == expected_hash
    assert (posting.employer, posting.employer_key) == ("Acme, Inc.", "acme")
    assert (posting.role_family, posting.seniority) == ("pm", "senior")
    assert posting.title_key == "senior product manager"
    assert (posting.country_code, posting.region, posting.city) == ("US", "north_america", None)
    assert posting.locations == ("Austin, TX", "Remote - US")
    assert posting.workplace == "remote"
    assert (posting.pay_minimum, posting.pay_maximum, posting.pay_currency) == (120_000, 160_000, "USD")
    assert posting.language == "en"
    assert posting.department == "Product"
    assert posting.n_words == len(posting.text.split())


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"native_id": " "}, "missing_id"),
        ({"title": " \u200b "}, "missing_title"),
        ({"posted_on": DAY + timedelta(days=3)}, "posted_in_future"),
        ({"posted_on": date(1970, 1, 1)}, "posted_too_early"),
        ({"posted_on": DAY, "closed_on": DAY - timedelta(days=1)}, "closed_before_opened"),
        ({"native_id": "x" * 2_001}, "id_too_long"),
        ({"description_html": "<p>" + "x" * 1_000_001}, "text_too_large"),
        ({"description_text": "x" * 50_000_000}, "text_too_large"),
    ],
)
def test_rejects_name_the_record_and_the_reason(values: dict[str, object], reason: str) -> None:
    outcome = normalize_listing(_listing(**values), BOARD, DAY, "observed")
    assert isinstance(outcome, Reject)
    assert (outcome.reason, outcome.raw_pointer, outcome.stage) == (reason, "jobs[0]", "normalize")
    assert 0 < len(outcome.detail) <= 200
    assert len(outcome.native_id or "") <= 2_000


def test_ids_of_any_usual_length_are_kept_whole() -> None:
    posting = _posting(native_id="x" * 2_000, opening_native_id="y" * 9_000)
    assert (posting.native_id, posting.opening_native_id) == ("x" * 2_000, "y" * 2_000)


def test_a_listing_without_text_is_incomplete() -> None:
    posting = _posting()
    assert posting.text == ""
    assert not posting.is_text_complete
    assert posting.language == "und"


def test_the_listings_employer_beats_the_boards() -> None:
    assert _posting(employer="Beta GmbH").employer_key == "beta"
    nameless = normalize_listing(_listing(), Board(source="s", token="tok", employer=""), DAY, "observed")
    assert isinstance(nameless, Posting)
    assert nameless.employer == "tok"


@pytest.mark.parametrize("source", ["weworkremotely", "jobtech", "import/recruiting-ads"])
@pytest.mark.parametrize("written", ["None", "", None])
def test_a_window_on_many_boards_and_a_dump_are_no_employer(source: str, written: str | None) -> None:
    board = Board(source=source, token="tok", employer="We Work Remotely")
    posting = normalize_listing(_listing(employer=written), board, DAY, "observed")
    assert isinstance(posting, Posting)
    assert (posting.employer, posting.employer_key) == ("", "")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (" https://acme.example/jobs/1?a=b#c ", "https://acme.example/jobs/1?a=b#c"),
        ("HTTP://acme.example", "HTTP://acme.example"),
        ("https://müller.example/jobs/produkt manager", "https://müller.example/jobs/produkt manager"),
        ("javascript:alert(1)//https://acme.example", None),
        (" JaVaScRiPt:alert(1)", None),
        ("data:text/html,<script>alert(1)</script>", None),
        ("file:///etc/passwd", None),
        ("https:acme.example/jobs", None),
        ("/jobs/1", None),
        ("https://acme.example@other.example/", None),
        ("https://acme.example/\x1b[2J", None),
        ("https://acme.example/\u202egnp", None),
        ("http://[half/", None),
        ("https://acme.example/" + "x" * 2_000, None),
        ("", None),
        (None, None),
    ],
)
def test_an_address_is_kept_where_a_link_may_lead_there(given: str | None, kept: str | None) -> None:
    assert _posting(url=given).url == kept


def test_pay_of_the_source_is_kept() -> None:
    posting = _posting(pay=(Pay(minimum=50, maximum=60, currency="EUR", period="hour"),))
    assert (posting.pay_minimum, posting.pay_period) == (50, "hour")


@given(st.text(max_size=60), st.text(max_size=200), st.text(max_size=60))
def test_any_record_becomes_a_posting_or_a_reject(title: str, html: str, place: str) -> None:
    listing = _listing(title=title, description_html=html, places=(Place(text=place),))
    first = normalize_listing(listing, BOARD, DAY, "observed")
    assert first == normalize_listing(listing, BOARD, DAY, "observed")
    if isinstance(first, Posting):
        assert first.title
        first.text.encode()


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Amplitude ", "amplitude"),
        ("Amplitude, Inc.", "amplitude"),
        ("AMPLITUDE", "amplitude"),
        ("The Example Company LLC", "example"),
        ("Müller & Söhne GmbH & Co. KG", "muller & sohne"),
        ("Example S.A.", "example"),
        ("Example (YC W21)", "example"),
        ("example.com", "example"),
        ("Inc.", "inc"),
        ("  ", ""),
        ("株式会社例", "例"),
    ],
)
def test_employer_key(name: str, key: str) -> None:
    assert employer_key(name) == key


@given(st.text(max_size=60))
def test_employer_keys_are_stable(name: str) -> None:
    key = employer_key(name)
    assert key == key.strip()
    assert employer_key(f" {name} ") == key


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("You will own the roadmap and work with our team to ship what customers need first.", "en"),
        ("Du verantwortest die Roadmap und arbeitest mit unserem Team an neuen Funktionen.", "de"),
        ("Vous êtes responsable de la feuille de route et travaillez avec les équipes techniques.", "fr"),
        ("Serás responsable de la hoja de ruta y trabajarás con los equipos de ingeniería y diseño.", "es"),
        ("DU VERANTWORTEST DIE ROADMAP UND ARBEITEST MIT UNSEREM TEAM AN FUNKTIONEN FÜR KUNDEN.", "de"),
        ("プロダクトの成長を担い、開発チームと協力して価値を届けるマネージャーを募集しています。", "ja"),
        ("Too short to tell", "und"),
        ("12345 67890 " * 20, "und"),
    ],
)  # fmt: skip
def test_language(text: str, language: str) -> None:
    assert detect_language(text) == language


def test_english_words_about_the_employer_do_not_make_a_german_ad_english() -> None:
    english = "We are the company that you know for the tools and the team behind them. "
    german = (
        "Du verantwortest die Roadmap, arbeitest mit Entwicklung und Design und sprichst mit Kunden. " * 20
    )
    assert detect_language(english + german) == "de"
