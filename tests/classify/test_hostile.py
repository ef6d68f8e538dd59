"""Input that must not cost more than it should: at most a second of processor time, whatever the text."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from include.classify.classifier import classify
from include.classify.plain_text import MAX_READ

MEGABYTE = 1_000_000
HOSTILE = {
    "five megabytes of prose": "We draw maps for hikers and sailors. " * (5 * MEGABYTE // 37),
    "five megabytes of one word": "certification " * (5 * MEGABYTE // 14),
    "one line of 200,000 characters": "required skills certified " * (200_000 // 26),
    "one word of 200,000 characters": "certif" * (200_000 // 6),
    "ten thousand bullets": "- PMP certification or equivalent experience required\n" * 10_000,
    "ten thousand headings": "## Requirements\n" * 10_000,
    "finds far below any heading": "Tea for all\n" * 100_000 + "- PMP certification, or an MBA\n" * 200,
    "finds between blank lines": ("PMP certification, or an MBA" + "\n" * 5_000) * 200,
    "nested brackets": "(" * 50_000 + "CSPO" + ")" * 50_000,
    "blank lines": "CSPO" + "\n" * 500_000 + "required" + "\n " * 500_000,
    "spaces, then a break": "CSPO" + " " * 190_000 + "required \n",
    "spaces": "CSPO" + " " * 200_000 + "required",
    "alternations": "degree or " * 20_000,
    "commas": "Certified A, " * 20_000,
    "name after name": "Certified " + "Abc " * 50_000,
    "binary": "".join(chr(i % 1200) for i in range(300_000)),
    "surrogates": "\ud800certified CSPO\udfff " * 5_000,
    "marks": "**" * 100_000,
    "mixed script": "中文 certified é " * 20_000,
    "full stops": "http://a.b/c " * 5_000 + "…" * 67_000 + "PMP/CSM/" * 8_000,
    "pieces of one line": "certificatecertificatePMP • " * (5 * MEGABYTE // 28),
    "a line of names, then lines": "PMP, CSM, CSPO, " * 156_000 + "how we measure success:\n" * 110_000,
    "German": "Bereitschaft, eine Zertifizierung oder vergleichbare Berufserfahrung " * 20_000,
    "French": "nous sommes certifiés avec le label, accès aux certifications, connaissances " * 20_000,
    "Spanish and Portuguese": "es imprescindible contar con certificado de o certificação com o " * 20_000,
    "all in capitals": " ## PMP\nA" * 22_000,
    "capitals in brackets": "A PLUS (HOW WE DRAW OUR MAPS OF ALL SEAS AND HILLS (AND CERTIFICATION\n" * 500,
    "capitals between names": "PMP SAILORSANDHIKERSDRAWMAPSANDSEACHARTSOFALLTHESEVENSEAS; CSPO " * 3_000,
    "one number after the other": ("Series 75" + ", 75" * 25 + " maps certification\n") * 1_000,
    "tags escaped twice": ("- PMP " + "&lt;span&gt;" * 30 + "maps\n") * 500,
    "blanks beside an escaped tag": ("\n" + " " * 12_000 + "&lt;span&gt; CSPO") * 15,
    "acronyms": "🎉" * (MEGABYTE // 8) + "PMP/CSM/" * (5 * MEGABYTE // 8),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_labelled_in_bounded_time(name: str) -> None:
    text = HOSTILE[name]
    started = time.process_time()
    labels = classify("Product Manager", text, "en")
    elapsed = time.process_time() - started
    assert elapsed < 1.0, f"{elapsed:.2f} s"
    for mention in labels.certs:
        assert text[mention.start : mention.end] == mention.quote


# What rules look for, what structure is made of, and what neither knows.
PIECES = (
    "certified ", "certified\n", "certif", "certification(s) ", "certificate in ", "PMP ", "PMP/CSM/",
    "PMP, CSM, CSPO, ", "Certified Scrum Master (CSM), ", "(CSPO", "SAFe Shape Up ", "AWS Certified ",
    "required", "preferred", "a plus. ", "must ", "not ", "or equivalent, ", "; or\n", "OR ", "Ph.D. ",
    "Bachelor's degree or ", "within 90 days ", "in your first 30/60/90 days you will ", "30% ", "KPI ",
    "$5M ", "success looks like ", "how we measure success:\n", "tuition reimbursement ", "mentor",
    "secret clearance ", "agile ", "Kanban ", "SAFE/Agile ", "EST CST ", "under the supervision of a ",
    "(CSM a plus) ", "often required or highly desirable ", "Requirements:\n", "## PMP\n", "- item\n",
    "• ", "1. ", "**", "__", "(", ")", "]", "'", "…", "...", ". ", ".\n", ": ", "; ", ", ", "— ", "/", " ",
    "\n",
    "\r\n", "\n  ", "\t \u00a0", "\u2028", "\x00", "&lt;li&gt;", "&nbsp;", "<b>", "http://a.b/c ",
    "a.b.c@d.e ", "a", "A ", "x" * 50, "ü", "中文", "zertifiziert ", "Zertifizierungs- und ", "Bereitschaft ",
    "zu erwerben ", "innerhalb der ersten ", "wir setzen ", "runden ", "keine Voraussetzung ",
    "vous certifier ", "certifiés ", "avec le label ", "nous sommes ", "connaissances ", "pas exigée ",
    "d’être ", "es imprescindible ", "contar con ", "certificado de ", "é um diferencial ", "não é ", "o ",
    "y ", "Vergütung ", "je nach ", "➕ ", "¿Qué ", "con ", "mit ", "C1 (", "Licencia/", "Ninguna ",
    "erfahrung ", "vergleichbare ", "SAILORSANDHIKERS ", "DRAW OUR MAPS AND ", "A PLUS (", "PREFERRED: ",
    "Series 75, ", "&lt;span&gt;", "SuccessLooks", "Key Duties: ", "e.g. ", "such as ", "\u2603 ",
)  # fmt: skip


def in_turn(pieces: list[str]) -> str:
    return "".join(pieces) * (MAX_READ // len("".join(pieces)))


def one_after_the_other(pieces: list[str]) -> str:
    return "".join(piece * (MAX_READ // len(pieces) // len(piece)) for piece in pieces)


def far_apart(pieces: list[str]) -> str:
    filler = pieces[0] * (MAX_READ // (len(pieces) + 1) // len(pieces[0]))
    return filler + "".join(piece * 3 + filler for piece in pieces)


@given(
    pieces=st.lists(st.sampled_from(PIECES), min_size=1, max_size=30),
    arranged=st.sampled_from([in_turn, one_after_the_other, far_apart]),
)
@settings(max_examples=80, derandomize=True)  # one that is found is written down above
def test_no_arrangement_of_what_rules_look_for_costs_a_second(
    pieces: list[str], arranged: Callable[[list[str]], str]
) -> None:
    text = arranged(pieces)
    started = time.process_time()
    classify("Product Manager", text, "en")
    elapsed = time.process_time() - started
    assert elapsed < 1.0, f"{elapsed:.2f} s"


def test_of_a_text_beyond_measure_the_first_characters_are_read() -> None:
    demand = "PMP certification is required. "
    blank = "We draw maps for hikers and sailors. " * (MAX_READ // 37 + 1)
    assert classify("Product Manager", demand + blank, "en").cert_status == "required"
    assert classify("Product Manager", blank + demand * 20, "en").cert_status == "none"


def test_a_title_beyond_measure_costs_no_more_than_another() -> None:
    title = "Manager certified Product " * (MEGABYTE // 26)
    started = time.process_time()
    classify(title, "Requirements:\n- PMP certification required.\n" * 20, "en")
    assert time.process_time() - started < 0.5
