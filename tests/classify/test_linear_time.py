"""RE2 patterns give what `re` gives, with offsets in characters; guards change no result."""

from __future__ import annotations

import re
import time

import pytest
import re2
from hypothesis import given, settings
from hypothesis import strategies as st

from include.classify import degrees
from include.classify.certs import decoys, judging, lost_headings, other_uses
from include.classify.linear_time import (
    GuardedAlternatives,
    GuardedPattern,
    GuardedSet,
    LinearPattern,
    LinearSet,
    compile_longest,
    compile_plain,
    compile_verbose,
    wider_pattern,
)
from include.classify.structure import lost_breaks, sentences
from include.classify.success import metrics

GUARDED = {
    f"{module.__name__.rpartition('.')[2]}.{name}": pattern
    for module in (
        *(decoys, degrees, judging, lost_headings, other_uses, metrics),
        *(lost_breaks, sentences),
    )
    for name, pattern in vars(module).items()
    if isinstance(pattern, GuardedPattern)
}
WORDS = [
    *("Certification", "required.", "or equivalent experience", "salary depends on", "factors", "include:"),
    *("tuition", "training and development", "mentored by", "a coach", "mentor junior", "40 %", "$5 million"),
    *(
        "three customers",
        "; or",
        " - ",
        "but",
        "Requirements:",
        "What you'll do",
        "benefits",
        "\n",
        "é",
        "\xa0",
    ),
    *("I have", "my skills", "hire me", "we are", "You may have", "Required Skills", "by law"),
    *("we pay for", "our certified partners", "product", "certif", "in lieu of", "ISO 27001", "at least 3"),
]
texts = st.one_of(
    st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join),
    st.lists(st.sampled_from(WORDS), max_size=12).map("".join),
    st.text(max_size=60),
)


@given(text=texts)
@settings(max_examples=300, deadline=None)
def test_every_match_touches_a_stretch_that_is_near_one(text: str) -> None:
    pattern = GUARDED["lost_breaks._RUN_IN"]
    near = pattern.near(text, 100)
    for match in pattern.unguarded.finditer(text):
        assert any(start < match.end() and end > match.start() for start, end in near)


@given(text=st.text(alphabet="aé中😀 b", max_size=30))
@settings(max_examples=200, deadline=None)
def test_spans_are_in_characters(text: str) -> None:
    assert compile_longest("a+b?").spans(text) == [match.span() for match in re.finditer("a+b?", text)]


def test_the_longest_of_the_leftmost_matches_is_found() -> None:
    assert compile_longest("product|product owner|owner").spans("a product owner") == [(2, 15)]
    assert compile_plain("product|product owner").spans("a product owner") == [(2, 9)]


def test_a_limit_ends_the_search() -> None:
    assert compile_plain("a").spans("a" * 100, 3) == [(0, 1), (1, 2), (2, 3)]


def test_empty_matches_are_left_out_and_end() -> None:
    assert compile_plain("a*").spans("bab") == [(1, 2)]


def test_letters_match_in_either_case_only_where_asked() -> None:
    assert compile_plain("safe").is_in("SAFe")
    assert not compile_longest("safe").is_in("SAFe")
    assert compile_longest("safe", ignores_case=True).is_in("SAFe")


def test_a_layout_of_several_lines_is_read_as_one_pattern() -> None:
    pattern = compile_verbose(r"a \s b  # both" + "\n| [ #] c")
    assert pattern.is_in("a b")
    assert pattern.is_in("#c")
    assert not pattern.is_in("# b")


def test_text_with_lone_surrogates_is_read() -> None:
    assert compile_plain("certified").spans("\ud800certified\udfff certified") == [(1, 10), (12, 21)]


def test_a_set_names_all_that_match() -> None:
    assert LinearSet(["b", "a", "c"]).found_in("a b") == [0, 1]


def test_the_first_pattern_of_a_guarded_set_decides() -> None:
    patterns = GuardedSet([r"cats?\b(?! food)", r"\bdogs?\b", "cat"])
    assert patterns.first_in("Cat food") == 2
    assert patterns.first_in("hot dog, cat") == 0
    assert patterns.first_in("hotdog") is None


def test_the_first_alternative_that_matches_at_the_place_decides() -> None:
    alternatives = GuardedAlternatives([r"(?<=hot )dogs?\b", r"(?<!no )dog", "cats"])
    assert alternatives.match("a dog", 1) is None
    hot = alternatives.match("hot dogs", 4)
    assert hot is not None
    assert hot[0] == "dogs"
    plain = alternatives.match("a dogsled", 2)
    assert plain is not None
    assert plain[0] == "dog"
    assert alternatives.match("no dog", 3) is None
    assert alternatives.match("no dog, cats", 8) is not None


@pytest.mark.parametrize("pattern", [r"(?=a)b", r"(?<!a)b", r"(a)\1"])
def test_what_re2_does_not_have_is_refused(pattern: str) -> None:
    with pytest.raises(re2.error):
        LinearPattern(pattern)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"a(?!b(?:c|\)))[)]", "a)"),
        (r"(?<=x[(])a\b", "x(a"),
        (r"a\w$", "aé\n"),
        (r"a\sb", "a\xa0b"),
        (r"[^\s]\d", "x٣"),
        (r"factor.{0,9}include", "factor\ninclude"),
        (r"cost \$\d\Z", "cost $5"),
        (r"pay[^.]{0,20}?by\b", "pay is set by us"),
        (r"a{2,12}b{1,3}[{0,20}]", "aabb{"),
        (r"a\{0,20}", "a{0,20}"),
    ],
)
def test_the_wider_pattern_matches_wherever_the_pattern_does(pattern: str, text: str) -> None:
    assert re.search(pattern, text, re.DOTALL)
    assert compile_plain(wider_pattern(pattern)).is_in(text)


def test_a_wider_pattern_does_not_count_far() -> None:
    assert wider_pattern("(?:a|b){0,60}?c{3,12}d{0,9}") == "(?s)(?:a|b)*?c+d{0,9}"


def test_an_open_lookahead_is_named() -> None:
    with pytest.raises(re.error, match="missing"):
        wider_pattern("a(?=b")


@pytest.mark.parametrize("name", GUARDED)
@given(text=texts)
@settings(max_examples=60, deadline=None)
def test_a_guard_changes_no_result(name: str, text: str) -> None:
    guarded = GUARDED[name]
    plain = guarded.unguarded.search(text)
    found = guarded.search(text)
    assert (plain and plain.span()) == (found and found.span())


def test_a_guarded_search_sees_what_stands_before_its_start() -> None:
    pattern = GuardedPattern(r"(?<!no )certificate")
    assert pattern.search("no certificate", 3) is None
    assert pattern.search("a certificate", 2) is not None
    assert [match.start() for match in pattern.finditer("certificate certificate", 0, 15)] == [0]


def test_guards_stand_for_many_patterns() -> None:
    assert len(GUARDED) >= 15


def test_time_grows_with_the_text_alone() -> None:
    pattern = compile_plain(r"(?:\w+\s+){0,8}budget(?:a|aa)*b")
    text = "word " * 200_000
    started = time.process_time()
    assert not pattern.is_in(text)
    assert time.process_time() - started < 1.0
