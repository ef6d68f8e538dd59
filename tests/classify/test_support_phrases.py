"""Every form of support finds its example, and the plain words of its topic let the example through."""

from __future__ import annotations

import pytest

from include.classify.segments import segment
from include.classify.support import dev_support
from include.classify.support_phrases import NEEDS, TOPICS, Form

FORMS = [(number, form) for number, topic in enumerate(TOPICS) for form in topic.forms]


@pytest.mark.parametrize(("number", "form"), FORMS, ids=[form.example for _, form in FORMS])
def test_an_example_is_found_by_its_form(number: int, form: Form) -> None:
    assert form.pattern.spans(form.example, 1)
    assert TOPICS[number].forms.index(form) in TOPICS[number].forms_near.found_in(form.example)
    assert number in NEEDS.found_in(form.example)


@pytest.mark.parametrize(("number", "form"), FORMS, ids=[form.example for _, form in FORMS])
def test_an_example_is_an_offer_of_its_kind(number: int, form: Form) -> None:
    text = form.example if form.is_sure else f"## Benefits\n- {form.example}\n"
    assert TOPICS[number].kind in {evidence.value for evidence in dev_support(segment(text))}
