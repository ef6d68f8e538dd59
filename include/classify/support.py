"""Development support that the hire receives: training budget, coaching or mentoring, paid certification.

What the hire gives to others (`mentor junior colleagues`) and bare promises of growth do not count (codebook
section 3).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import compress
from operator import itemgetter
from typing import NamedTuple, Protocol

from include.classify.cues import Cue, find_cues
from include.classify.labels import DevSupport, Evidence
from include.classify.linear_time import GuardedPattern, LinearPattern, compile_plain, compile_verbose
from include.classify.passages import passage_around, sentence_around

MAX_QUOTE = 300
_NEAR = 60  # characters around a match in which its meaning is decided

_KINDS: tuple[DevSupport, ...] = ("training_budget", "coaching_mentoring", "cert_sponsorship")

_LEARNING = (
    r"(?:professional|career|personal|leadership|skills?|individual|continu(?:ous|ing|ed)|further|external|self)[\s-]+"
    r"(?:and\s+\w+\s+)?(?:development|education|learning|growth|training|improvement|enrichment)"
    r"|learning|l\s?&(?:amp;)?\s?d|trainings?|education(?:al)?|tuition|upskilling|courses?|conferences?|books?|workshops?|seminars?"
    r"|weiterbildung\w*|fortbildung\w*|formations?|formaci[óo]n|capacita[cç]i[óo]n|forma[çc][ãa]o|opleiding\w*|scholing"
)
_MONEY = (
    r"budgets?|stipends?|allowances?|funds?|funding|reimburse\w*|assistance|credits?|subsid\w+|contributions?|sponsorships?"
    r"|expenses|kostenerstattung|zuschuss|presupuesto|or[çc]amento|vergoeding|scholarships?|bursary"
)
_AMOUNT = r"(?:[$€£¥]\s?\d[\d.,]*\s?k?|\d[\d.,]*\s?k?\s?(?:[$€£]|usd|eur|gbp|cad|aud|per\s+year))"

# An automaton of several forms that reach over other words has a state for every combination of places in
# each: 60 microseconds a sentence, against 3 for a form by itself. The first match is that of the form that
# begins first, by the order given here.
_TRAINING = tuple(
    compile_verbose(form)
    for form in (
        rf"\b(?:{_LEARNING}|development)\b[^.;\n]{{0,45}}?\b(?:{_MONEY})\b",
        rf"""\b(?:{_MONEY})\b[^.;\n]{{0,14}}?\b(?:for|towards?|on|f[üu]r|pour|para|voor|de
      |d['’])\b[^.;\n]{{0,45}}?\b(?:{_LEARNING})\b""",
        rf"{_AMOUNT}[^.;\n]{{0,60}}?\b(?:{_LEARNING})\b",
        rf"\b(?:{_LEARNING})\b[^.;\n]{{0,40}}?{_AMOUNT}",
        r"""\b(?:access\s+to|subscriptions?\s+(?:to|for)|licen[sc]es?\s+(?:to|for)
      |membership)\b[^.;\n]{0,40}?\b(?:coursera|udemy|linkedin\s+learning|pluralsight|skillshare
      |masterclass|o['’]?reilly|reforge
      |e-?learning|online\s+courses?|learning\s+(?:platforms?|resources|materials|library|tools)|training\s+(?:platforms?|resources|programs?|courses?))""",
        r"""
    \b(?:weiterbildungs|fortbildungs|schulungs|training|opleidings)[\s-]?(?:budget|angebote?
      |m[öo]glichkeiten|kosten)\w*
  | \b(?:paid|free|unlimited|company[\s-](?:paid|sponsored)|employer[\s-]paid|fully[\s-]funded
      |sponsored)\s+(?:\w+\s+)?(?:trainings?|courses?|conferences?|education|workshops?|tuition|books)\b
  | \b(?:pays?|covers?|funds?|finances?|reimburses?|sponsors?|subsidi[sz]es?
      |invests?\s+in)\s+(?:\w+\s+){0,4}?(?:courses?|conferences?|tuition|education|trainings?|seminars?
      |books)\b
  | \btuition\s+(?:reimbursement|assistance|support|aid|coverage|benefits?)\b
  | \b(?:coaching|support)\b[\s,]+(?:\w+[\s,]+)?and\s+training\s+you\s+need
    """,
    )
)
_TRAINING_AS_BENEFIT = GuardedPattern(
    r"""
    \beducation\s+benefits? | \btrainings?\s*(?:and|&(?:amp;)?|\+|/)\s*(?:\w+\s+)?(?:development|certif\w*
        |education|courses) | \b(?:professional|continu\w+)\s+(?:learning|development|training
        |education)\b(?!\s+(?:opportunit|plan|and\s+growth|journey|goals)|[.!]?\s*$)
  | \blearning\s*(?:and|&(?:amp;)?|\+|/)?\s*development\b | \btraining\s+(?:programs?|opportunities|courses
      |days|platforms?) | \b(?:courses|conferences)\b | \bl\s?&\s?d\b
  | weiterbildung|fortbildung|(?:\A|\W)formations?\b|formaci[óo]n|capacita[cç]i[óo]n|opleiding
    """,
    re.IGNORECASE | re.VERBOSE,
)
_COACHING = GuardedPattern(
    r"""
    \b(?:receiv\w+|get|access\s+to|benefit\s+from|dedicated|weekly|monthly|executive|career|leadership|professional|life|free|1[:\-\s]?(?:on-?)?1|one[\s-]on[\s-]one
        |ongoing|(?:your)?assigned|(?:learn|learning)\s+from|confidential|contributions?\s+for|budget\s+for|your\s+own)\s+(?:\w+\s+)?(?:coaching|mentoring|mentorship|mentors?\b|coach(?:es)?\b)
  | \b(?:coaching|mentoring|mentorship|mentored|coached)\s+(?:\w+\s+){0,2}?(?:from|by|program(?:me)?s?
      |sessions?|opportunities|scheme|support|provided|available|stipend|budget|benefits?|platform)\b
  | \bunder\s+mentorship\b | \b(?:be|been)\s+(?:mentored|coached)\b | \bbetterup|coachhub\b | \b(?:paired
      |matched)\s+with\s+an?\s+(?:\w+\s+)?(?:coach|mentor)\b
  | \b(?:become|be)\s+your\s+mentors?\b | \bmentorship\b(?=\s*(?:,|and|&|$))
      | \bcoaching\b[\s,]+and\s+training\s+you\s+need
  | \b(?:mentoring|coaching)[\s-]?(?:programm|angebote?)\w* | accompagnement\s+par\s+(?:un|des)\s+(?:mentor
      |coach) | programa\s+de\s+mentor[ií]a
    """,
    re.IGNORECASE | re.VERBOSE,
)
_GIVES = GuardedPattern(
    r"""
    \b(?:mentor|coach|mentoring|coaching|mentors|coaches|mentorship)\b[,\s]+(?:and\s+\w+\s+|or\s+\w+\s+|\w+,\s+)?(?:to\s+|of\s+|for\s+)?
        (?:the|our|a|an|other|others|junior|new|more|less|fellow|cross|team|teams|engineers|members?|staff|product|pms?|colleagues|individuals|peers|them|direct|students|clients|customers|people)\b
  | \b(?:provid\w*|deliver\w*|conduct\w*|offering)\s+(?:\w+[\s,]+){0,3}?(?:coaching|mentoring|mentorship
      |guidance)\b(?!\s+(?:to|for)\s+(?:you|our|all|every|each))
  | \b(?:experience|skills?|ability|able|passion\w*|enjoy|love|proven|track\s+record|background
      |responsib\w+)\b[^.;\n]{0,50}\b(?:coach|mentor)\w*
  | \b(?:agile|scrum|safe|sales|team)\s+coach\w* | \bas\s+a\s+(?:coach|mentor)\b | \bplayer[\s-]coach
    """,
    re.IGNORECASE | re.VERBOSE,
)
# Words of which every form of `_TRAINING` holds one of either list, and every form of `_CERTIFICATION` one of
# the third: plain lists are the cheapest to look for.
_LEARNED = compile_plain(
    r"development|education|learning|growth|training|improvement|enrichment|l\s?&(?:amp;)?\s?d|tuition|upskilling"
    r"|course|conference|book|workshop|seminar|weiterbildung|fortbildung|formation|formaci|capacita|forma[çc]"
    r"|opleiding|scholing|schulung|udemy|pluralsight|skillshare|masterclass|reilly|reforge"
)
_PAID = compile_plain(
    r"budget|stipend|allowance|fund|reimburs|assistance|credit|subsid|contribution|sponsor|expenses|kosten"
    r"|zuschuss|presupuesto|or[çc]amento|vergoeding|scholarship|bursary|[$€£¥]|usd|eur|gbp|cad|aud|per\s+year"
    r"|angebot|m[öo]glichkeit|free|unlimited|access|subscription|licen[sc]e|membership|pay|paid|cover|financ"
    r"|invest|tuition|you\s+need"
)
_CERTIFIED = compile_plain("certif|cspo|pspo|pmp|csm|zertif")

_CERTIFICATION = tuple(
    compile_verbose(form)
    for form in (
        r"""\b(?:pay\w*|paid|sponsor\w*|reimburs\w*|cover\w*|fund\w*|financ\w*|subsidi[sz]\w*|budget|stipend|allowance|assist\w*|free|help\s+you|encourag\w*|invest\w*|access\s+to|opportunities)\b[^.\n]{0,70}?\b(?:certif\w+|cspo|pspo|pmp|csm)\b""",
        r"""certif\w+\b[^.;\n]{0,40}?\b(?:reimburse\w*|sponsor\w*|paid|covered|budgets?|assistance|stipends?
      |allowance|fees|costs|incentives?|funded|programs?|opportunities)\b""",
        r"\b(?:certif\w+|cspo|pspo|pmp|csm)\b[^.\n]{0,50}?\(?\bwe\s+(?:will\s+)?pay\b",
        r"zertifizierung\w*\b[^.;\n]{0,40}\b(?:budget|[üu]bernahme|finanzier|bezahl)\w*",
    )
)
_ASKED = compile_plain(
    r"\b(?:preferred|must|experience|desir\w+|qualifications?|customers?|clients?|partners?|students?|sellers?|sales|maintain|compliance"
    r"|iso|licen[sc]\w*|degree|equal|depend\w*|based on|factors|fedramp|product certif\w+|adoption)\b"
)
_NOT_OURS = compile_plain(
    r"\b(?:customers?|clients?|users|students|learners|you have|experience|responsib\w+|manage|own"
    r"|develop|years of|roadmap|backlog"
    r"|marketing|sales|vendor|machine|deep|model|requirements?|degree|stakeholders|speak\w*|organi[sz]e|attend)\b"
)
_BENEFIT_WORDS = compile_plain(
    r"\b(?:benefits?|perks?|we offer|you['’]?ll get|insurance|401|pto|vacation|paid time off|holidays?"
    r"|stock options|equity|wellness|parental)\b"
)


class HasText(Protocol):
    """Anything with the posting's text, such as include.classify.segments.Document."""

    text: str


def dev_support(document: HasText, cues: Sequence[Cue] | None = None) -> tuple[Evidence, ...]:
    """Return one piece of evidence for each kind of support the hire receives (label `dev_support`).

    Args:
        document: the posting's text; spans refer to `document.text`.
        cues: those of the text, when they have been found already.
    """
    text = document.text
    return all_dev_support([text], [find_cues(text) if cues is None else cues])[0]


def all_dev_support(texts: Sequence[str], cues: Sequence[Sequence[Cue]]) -> list[tuple[Evidence, ...]]:
    """Return what `dev_support` does for each text, one pattern at a time over the sentences of all.

    Args:
        texts: the postings' texts.
        cues: the cues of each.
    """
    found = list(map(_sentences, texts, cues))
    sentences = dict.fromkeys(sentence.words for of_text in found for sentence in of_text)
    offers = dict(zip(sentences, _offers(list(sentences)), strict=True))
    return [_evidence(text, of_text, offers) for text, of_text in zip(texts, found, strict=True)]


class _Sentence(NamedTuple):
    """A sentence with a cue of support; offsets of both."""

    words: str
    start: int
    end: int
    cue: Cue


def _sentences(text: str, cues: Sequence[Cue]) -> list[_Sentence]:
    sentences = []
    start, end = 0, -1
    for cue in cues:
        if cue.kind == "support" and not start <= cue.start < end:
            start, end = sentence_around(text, cue.start, cue.end)
            sentences.append(_Sentence(text[start:end], start, end, cue))
    return sentences


def _evidence(
    text: str, sentences: Sequence[_Sentence], offers: Mapping[str, Sequence[_Offer]]
) -> tuple[Evidence, ...]:
    found: dict[DevSupport, Evidence] = {}
    for sentence in sentences:
        for offer in offers[sentence.words]:
            if offer.kind not in found and (offer.is_sure or _is_benefit(text, sentence)):
                start, end = sentence.start, min(sentence.end, sentence.start + MAX_QUOTE)
                found[offer.kind] = Evidence(
                    label="dev_support", value=offer.kind, quote=text[start:end], start=start, end=end
                )
    return tuple(found[value] for value in _KINDS if value in found)


class _Offer(NamedTuple):
    """What a sentence seems to offer.

    Attributes:
        is_sure: the sentence alone says so; otherwise it must stand among benefits.
    """

    kind: DevSupport
    is_sure: bool


def _offers(sentences: Sequence[str]) -> list[list[_Offer]]:
    """Return what each sentence seems to offer, at most one offer of a kind."""
    offers: list[list[_Offer]] = [[] for _ in sentences]
    paid = [_PAID.is_in(sentence) and _LEARNED.is_in(sentence) for sentence in sentences]
    spans = _first_spans(_TRAINING, list(compress(sentences, paid)))
    for offered, sentence, training in zip(
        compress(offers, paid), compress(sentences, paid), spans, strict=True
    ):
        if training is not None:
            is_ours = not _NOT_OURS.is_in(_near(sentence, *training))
            offered.append(_Offer("training_budget", is_ours))
    for offered, sentence in zip(offers, sentences, strict=True):
        if not offered and _TRAINING_AS_BENEFIT.search(sentence) is not None:
            offered.append(_Offer("training_budget", False))
    for offered, sentence in zip(offers, sentences, strict=True):
        coaching = _COACHING.search(sentence)
        if coaching is not None and _GIVES.search(_near(sentence, *coaching.span())) is None:
            offered.append(_Offer("coaching_mentoring", True))
    certified = list(map(_CERTIFIED.is_in, sentences))
    spans = _first_spans(_CERTIFICATION, list(compress(sentences, certified)))
    for offered, sentence, certification in zip(
        compress(offers, certified), compress(sentences, certified), spans, strict=True
    ):
        if certification is not None and not _ASKED.is_in(_near(sentence, *certification)):
            offered.append(_Offer("cert_sponsorship", True))
    return offers


def _first_spans(forms: Sequence[LinearPattern], sentences: Sequence[str]) -> list[tuple[int, int] | None]:
    """Return the first match in each sentence, of the first form where several begin there."""
    found = zip(*[list(map(form.first_span, sentences)) for form in forms], strict=True)
    return [min(filter(None, spans), key=itemgetter(0), default=None) for spans in found]


def _near(sentence: str, start: int, end: int) -> str:
    return sentence[max(0, start - _NEAR) : end + _NEAR]


def _is_benefit(text: str, sentence: _Sentence) -> bool:
    section = passage_around(text, sentence.cue.start, sentence.cue.end).section
    if _BENEFIT_WORDS.is_in(text[max(0, sentence.start - 150) : sentence.end + 150]):
        return section not in ("required", "responsibilities")
    return section == "benefits"
