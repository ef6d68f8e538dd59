"""One cheap pass over a text for every word that success criteria, KPI talk and support could rest on.

Nearly every sentence of an ad is discarded here: a single RE2 automaton (linear time, whatever the input)
marks the cues, and only the sentences around them are read further.
"""

from __future__ import annotations

import functools
import re
from typing import Literal, NamedTuple, cast

from include.classify.linear_time import compile_longest

CueKind = Literal["horizon", "success", "judged", "target", "metric", "support", "kpi"]

MAX_CUES = 600
"""Cues read per text. Real ads have about ten; the bound keeps hostile input cheap."""

_NUMBER = r"(?:\d{1,3}|an?|one|two|three|four|five|six|nine|ten|twelve|eighteen|few|couple of|several)"
_UNIT = r"(?:days?|weeks?|months?|quarters?|years?)"
_SPAN = rf"{_NUMBER}(?: ?(?:-|–|—|to|or|and|/) ?{_NUMBER})?[ -]+{_UNIT}"

_HORIZON = (
    # English: "in your first 90 days", "within six months", "by month 3", "30/60/90", "by FY28"
    rf"(?:first|initial|opening) (?:{_SPAN}|weeks?|months?|quarters?|years?|half)",
    rf"(?:within|in|by|after|over|during|at|last|next|past)(?: (?:the|your|about|around|just|approximately"
    rf"|only"
    rf"|under|less|than|end|of|end of|next|last|first|coming|course of)){{0,4}} {_SPAN}",
    r"(?:days?|weeks?|months?|quarters?|years?) ?(?:\d{1,3}|one|two|three|four|six|twelve)\b",
    r"\b30(?:[ ,/&+–-]|and)+60\b",
    rf"\b(?:\d{{1,3}}|one|two|three|six|twelve)[ -]?(?:to[ -]?\d+[ -]?)?{_UNIT}[ -](?:mark|plan|goals?"
    rf"|outcomes?"
    r"|objectives?|targets?|mission|milestones?|expectations?)",
    r"by (?:the )?end of (?:the |your |this |next )?(?:first |second |third |fiscal |financial )?"
    r"(?:year|quarter|month|q[1-4]|h[12]|fy|20\d\d|probation)",
    r"by (?:q[1-4]|h[12]|fy ?'?\d\d|20[2-4]\d|year[- ]end|early 20\d\d|late 20\d\d)",
    r"(?:year|months?|weeks?|days) (?:from now|later|in ?[,:…]|into)",
    # German, French, Spanish, Portuguese, Dutch
    r"(?:ersten|innerhalb|binnen|nach|in den nächsten) (?:\S+ ){0,3}(?:tagen?|wochen?|monate?n?|jahre?n?"
    r"|jahres)\b",
    r"(?:premi[eè]re?s?) (?:\d+ |trois |six |deux )?(?:jours|semaines|mois|ann[ée]es?)",
    r"(?:sous|dans les|d'ici|d’ici|au bout de|apr[eè]s|en) (?:\d+|un|deux|trois|six|douze) (?:jours"
    r"|semaines|mois|ans?)",
    r"(?:primer[oa]?s?|primeir[oa]s?) (?:\d+ |tres |seis |três )?(?:d[ií]as|semanas?|mes(?:es)?|a[ñn]os?)",
    r"(?:dentro de|en|em|tras|ap[oó]s|durante) (?:os |los )?(?:\d+|tres|três|seis|doce|doze) (?:d[ií]as"
    r"|semanas|meses)",
    r"(?:eerste|binnen|na) (?:\d+ |drie |zes |twaalf )?(?:dagen|weken|maand(?:en)?|jaar)\b",
)

_SUCCESS = (
    r"succe(?:ss|ed)\w*",
    r"looks? like",
    r"(?:do|doing|done) (?:well|great|a great job) (?:if|when|here|in)",
    r"north[- ]star",
    r"scorecard",
    r"(?:performance|key|main|critical|expected|primary) (?:objectives|expectations|outcomes|results"
    r"|deliverables)",
    r"(?:what|how) (?:good|great|excellence|winning) ",
    r"erfolg\w*|r[ée]ussi\w*|succ[eè]s\b|[ée]xito|sucesso|succesvol\w*",
)

_JUDGED = (
    r"measured\b",
    r"(?:evaluated|assessed|judged|graded|rated|rewarded|compensated|appraised) (?:by|on|against|based"
    r"|according)",
    r"accountab\w+",
    r"(?:responsible for|expected to|charged with|tasked with|need to|must) (?:\w+ ){0,3}?(?:achiev|hit"
    r"|meet|exceed"
    r"|reach|attain|surpass|accomplish)\w*",
    r"(?:your|key|core|primary|main|role) (?:kpis?|metrics?|okrs?)",
    r"(?:kpis?|okrs?|indicators|metrics)\)? (?:include|are|will be|for this|for the role)",
    r"(?:own|owning|move|moved|moves) the number|how we(?:['’]ll| will)? (?:measure|judge|evaluate) you\b",
    r"gemessen|zielerreichung|mesur[ée]e?s?\b|medid[oa]s? por|gemeten",
)

_TARGET = (
    r"quotas?\b",
    r"\btargets?\b",
    r"(?:sales|revenue|growth|business|financial|performance|commercial|team|annual|quarterly|monthly|personal|budget"
    r"|profit|booking|bookings|production|activity|kpi|product|company) (?:goals|objectives|commitments"
    r"|numbers|budgets?)",
    r"umsatzziele?n?|vertriebsziele?n?|objectifs? (?:de vente|commerciaux|fix[ée]s)|objetivos de ventas?"
    r"|metas de vendas?|verkoopdoel\w*|omzetdoel\w*",
)

_METRIC = (
    r"\bp ?(?:&|&amp;|and|\+|n) ?l\b|\bpnl\b|profit (?:and|&) loss|profitab\w+|ebitda",
    r"gross merchandise value",
    r"\b(?:nps|csat|arr|mrr|gmv|ltv|clv|cac|arpu|arpa|nrr|grr|dau|mau|wau|roi|roas|ctr|sla|slas|aht|cltv)\b",
    r"activation|adoption|retention|churn|conversions?\b|engagement|net promoter|satisfaction|revenues?\b",
    r"margins?\b|market share|win[- ]rates?|renewals?\b|bookings\b|pipeline|attach rates?|utili[sz]ation",
    r"time[- ]to[- ](?:value|market|resolution|hire|productivity)|cycle times?|uptime|cost savings?"
    r"|on[- ]time"
    r"|throughput|lifetime value|funnels?\b|usage|traffic|growth (?:metrics|rate|targets?|numbers)"
    r"|error rates?",
    r"commissions?\b|bonus(?:es)?\b|variable (?:pay|component|compensation)",
    r"umsatz\w*|deckungsbeitrag|kundenzufriedenheit|marktanteil\w*|chiffre d['’]affaires|rentabilit\w+"
    r"|satisfaction client|ingresos|rentabilidad\w*|faturamento|receita|omzet\w*|klanttevredenheid",
)

_KPI = (
    r"data[ -]?(?:driven|informed|led|backed|based)",
    r"\bkpis?\b|\bokrs?\b|metrics?\b|key performance|indicators?\b|kennzahlen|indicateurs|indicadores",
    r"measur\w+|analytic\w*|analytiques?|track(?:ing|s|ed)?\b|insights?\b|\ba/b|ab test\w*|experiment\w*",
    r"acceptance criteria|definition of done|dashboards?|goals?\b|outcomes?\b|quantitative\w*|monitor\w*",
    r"report(?:ing|s)?\b|evaluat\w+|performance|data analysis|data to\b"
    # The cue must not end inside `with data-driven decisions`: that word is the surer one.
    r"|(?:with|using) data(?:[ -](?:driven|informed|led|backed|based))?",
)

_SUPPORT = (
    r"tuition|stipends?|mentor\w*|coach\w*|certif\w+|\b(?:cspo|pspo|csm|pmp)\b"
    r"|coursera|udemy|pluralsight|skillshare|masterclass|reforge|datacamp|betterup",
    r"learning\b|education(?:al)?\b|trainings?\b|upskilling|l ?&(?:amp;)? ?d\b",
    r"\b(?:courses|course (?:offerings|fees)|classes|conferences?|books|workshops?|seminars?)\b"
    r"|\bbook (?:allowance|budget|fund|stipend|reimburse)\w*",
    r"(?:professional|career|personal|continu\w+|further|skills?|self|employee|growth and)"
    r" (?:growth|development|pursuits)|development (?:budget|stipend|allowance|fund)\w*",
    r"weiterbildung\w*|fortbildung\w*|\bformations?\b|formaci[óo]n|capacita[cç]i[óo]n|forma[çc][ãa]o|opleiding\w*"
    r"|accompagnement|zertifizierung",
)

_DECOY = "decoy"
"""The kind of words that hold a cue but mean something else: they are found to be left out."""

_GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("horizon", _HORIZON),
    ("success", _SUCCESS),
    ("judged", _JUDGED),
    ("target", _TARGET),
    ("metric", _METRIC),
    ("support", _SUPPORT),
    (_DECOY, ("(?:machine|deep|reinforcement|supervised) learning",)),
    ("kpi", _KPI),
)


class Cue(NamedTuple):
    """A cue word with its character offsets in the text."""

    kind: CueKind
    start: int
    end: int


def find_cues(text: str) -> tuple[Cue, ...]:
    """Return the cues of `text` in order, at most `MAX_CUES`.

    Args:
        text: any text, of any length; offsets of the result refer to it.
    """
    return tuple(
        [
            Cue(kind, start, end)
            for start, end in _AUTOMATON.spans(text, MAX_CUES)
            if (kind := _kind(text[start:end].lower())) is not None
        ]
    )


_BLANK = r"[ \t\x{a0}]"
_CHARACTER_CLASS = re.compile(r"(\[(?:\\.|[^\]\\])*\])")


def _any_blanks(pattern: str) -> str:
    """Let every blank outside a character class stand for any run of blanks within a line."""
    parts = _CHARACTER_CLASS.split(pattern)
    parts[::2] = [
        re.sub(" ([?]?)", lambda blank: _BLANK + ("*" if blank[1] else "+"), part) for part in parts[::2]
    ]
    return "".join(parts)


_AUTOMATON = compile_longest(
    "|".join(_any_blanks(pattern) for _, patterns in _GROUPS for pattern in patterns), ignores_case=True
)
_KINDS = re.compile(
    "|".join(f"(?P<{kind}>(?:{'|'.join(patterns)})$)" for kind, patterns in _GROUPS), re.IGNORECASE
)


@functools.lru_cache(maxsize=8192)
def _kind(words: str) -> CueKind | None:
    # The automaton says where a cue is, not which pattern found it; cue words repeat, so the answer is kept.
    match = _KINDS.match(" ".join(words.split()))
    if match is None:
        return "kpi"
    return None if match.lastgroup == _DECOY else cast(CueKind, match.lastgroup)
