"""What must not change a label."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from include.classify.classifier import classify
from include.classify.evaluation_stability import in_print, spaced, without_list_marks
from include.classify.labels import CertStatus, DegreeStatus, Labels
from include.normalize.text import html_to_text

# (section heading, sentence, status): plain cases whose label no change of form may move.
CASES: list[tuple[str, str, CertStatus]] = [
    ("Requirements", "CSPO or PSPO certification required.", "required"),
    ("Requirements", "CSPO is a plus.", "preferred"),
    ("Qualifications", "An active PMP is required for this role.", "required"),
    ("Qualifications", "PMP certification or equivalent experience.", "preferred"),
    ("Qualifications", "We don't require any certification.", "mentioned_other"),
    ("Benefits", "We'll pay for your PMP certification.", "mentioned_other"),
    ("About us", "We are an ISO 27001 certified company.", "none"),
    ("Preferred qualifications", "SAFe POPM certification.", "preferred"),
    ("Requirements", "SAFe POPM certification.", "required"),
    ("Requirements", "CISSP, CISM or similar security certification.", "required"),
]
cases = st.sampled_from(CASES)


def status(text: str) -> str:
    return classify("Product Manager", text).cert_status


def ad(heading: str, sentence: str, bullet: str = "- ", mark: str = "## ") -> str:
    items = "\n".join(f"{bullet}{item}" for item in ("Five years of maps.", sentence, "Good humour."))
    return f"We draw maps for hikers.\n\n{mark}{heading}\n{items}"


@given(case=cases, bullet=st.sampled_from(["- ", "* ", "• ", "– ", "  * ", "· ", "", "✔ "]))
@settings(max_examples=80, deadline=None)
def test_bullets_and_their_loss_change_nothing(case: tuple[str, str, CertStatus], bullet: str) -> None:
    heading, sentence, expected = case
    text = ad(heading, sentence, bullet)
    assert status(text) == expected
    assert status(without_list_marks(text)) == expected


@given(
    case=cases,
    form=st.sampled_from(["## {}", "**{}**", "**{}:**", "{}:", "### {}", "{}"]),
    upper=st.booleans(),
)
@settings(max_examples=120, deadline=None)
def test_the_form_of_a_heading_changes_nothing(
    case: tuple[str, str, CertStatus], form: str, upper: bool
) -> None:
    heading, sentence, expected = case
    heading = form.format(heading.upper() if upper else heading)
    assert status(ad(heading, sentence, mark="")) == expected


@given(
    case=cases,
    blanks=st.lists(st.sampled_from([" ", "  ", "\t", "\u00a0"]), min_size=1, max_size=4),
    lines=st.integers(1, 4),
)
@settings(max_examples=80, deadline=None)
def test_white_space_changes_nothing(
    case: tuple[str, str, CertStatus], blanks: list[str], lines: int
) -> None:
    heading, sentence, expected = case
    words = sentence.split(" ")
    spaced = words[0] + "".join(blanks[i % len(blanks)] + word for i, word in enumerate(words[1:]))
    assert status(ad(heading, spaced).replace("\n", "\n" * lines)) == expected


@given(case=cases)
@settings(max_examples=40, deadline=None)
def test_curly_quotes_and_other_hyphens_change_nothing(case: tuple[str, str, CertStatus]) -> None:
    heading, sentence, expected = case
    assert status(in_print(ad(heading, sentence))) == expected


@given(case=cases)
@settings(max_examples=40, deadline=None)
def test_capitals_throughout_change_nothing(case: tuple[str, str, CertStatus]) -> None:
    heading, sentence, expected = case
    assert status(ad(heading, sentence).upper()) == expected


DEGREES: list[tuple[str, str, DegreeStatus]] = [
    ("Requirements", "Bachelor's degree in maths or law, and you like to be in the hills.", "required"),
    ("Requirements", "BS in Computer Science; you will be required to travel or to write.", "required"),
    ("Requirements", "Bachelor's degree or equivalent experience.", "substitutable"),
    ("Requirements", "Bachelor's degree OR five years of map making.", "substitutable"),
    ("Requirements", "Bachelor's degree in law or similar field or equivalent.", "substitutable"),
    ("Requirements", "A university degree (e.g. law, maths, ...) or comparable experience.", "substitutable"),
    ("Qualifications", "A master's degree is a plus.", "preferred"),
    ("Qualifications", "You will be in touch with hikers or be from the hills.", "none"),
]
degrees = st.sampled_from(DEGREES)


def degree(text: str) -> str:
    return classify("Product Manager", text).degree_status


@given(
    case=degrees,
    capitals=st.booleans(),
    blank=st.sampled_from([" ", "  ", "\u00a0"]),
    lines=st.integers(1, 3),
)
@settings(max_examples=120, deadline=None)
def test_capitals_and_white_space_change_no_degree(
    case: tuple[str, str, DegreeStatus], capitals: bool, blank: str, lines: int
) -> None:
    heading, sentence, expected = case
    text = ad(heading, sentence.replace(" ", blank)).replace("\n", "\n" * lines)
    assert degree(text.upper() if capitals else text) == expected


@given(
    case=cases,
    wrap=st.sampled_from(
        ["{}", "<p>{}</p>", "<span><b>{}</b></span>", "<div><div><p><em>{}</em></p></div></div>"]
    ),
)
@settings(max_examples=60, deadline=None)
def test_nesting_of_html_changes_nothing(case: tuple[str, str, CertStatus], wrap: str) -> None:
    heading, sentence, expected = case
    items = "".join(f"<li>{wrap.format(item)}</li>" for item in ("Maps", sentence))
    html = f"<p>We draw maps.</p><h3>{heading}</h3><ul>{items}</ul>"
    assert status(html_to_text(html)) == expected


@given(text=st.text(max_size=600))
@settings(max_examples=150, deadline=None)
def test_any_text_gives_labels_with_true_evidence(text: str) -> None:
    labels = classify(text[:50], text)
    for mention in (*labels.certs, *labels.criteria, *labels.evidence):
        assert text[mention.start : mention.end] == mention.quote
        assert 0 < len(mention.quote) <= 300


MIXED_WORDS = st.lists(
    st.sampled_from(
        [
            "CSPO",
            "certified",
            "certification",
            "required",
            "a plus",
            "or equivalent experience",
            "## Requirements\n",
            "\n- ",
            "; ",
            ". ",
            "(",
            ")",
            "PMP",
            "é中",
            "Certified Great Place to Work",
            "Bachelor's degree",
            "SAFe",
            ": ",
            "within 6 months",
            "no ",
            "SAFe 5 POPM",
            "\n",
            "Zertifizierung",
            "İ",
            "ß",
        ]
    ),
    max_size=40,
)


@given(parts=MIXED_WORDS)
@settings(max_examples=200, deadline=None)
def test_any_mixture_of_the_rules_words_gives_true_evidence(parts: list[str]) -> None:
    text = " ".join(parts)
    labels = classify("Product Manager", text)
    for mention in (*labels.certs, *labels.criteria, *labels.evidence):
        assert text[mention.start : mention.end] == mention.quote


@given(
    parts=MIXED_WORDS,
    blank=st.sampled_from(["  ", "\t", "\u00a0", "    ", "\u2009", " \u200b"]),
    n_breaks=st.integers(1, 4),
)
@example(parts=["é中"] * 3, blank="  ", n_breaks=1)  # another share of foreign letters where blanks count
@settings(max_examples=100, deadline=None)
def test_spacing_changes_no_label_of_any_mixture(parts: list[str], blank: str, n_breaks: int) -> None:
    text = " ".join(parts)
    other = spaced(text, blank, n_breaks)
    labels = classify("Product Manager", other)
    assert said(labels) == said(classify("Product Manager", text))
    for mention in (*labels.certs, *labels.criteria, *labels.evidence):
        assert other[mention.start : mention.end] == mention.quote


def said(labels: Labels) -> tuple[object, ...]:
    """What is said of an ad, without where."""
    return (
        labels.cert_status,
        labels.cert_timing,
        [(mention.key, mention.status, mention.rule) for mention in labels.certs],
        labels.criteria_tiers,
        labels.generic_kpi,
        labels.degree_status,
        labels.dev_support,
        labels.framework_use,
        labels.archetype,
        labels.requires_clearance,
    )
