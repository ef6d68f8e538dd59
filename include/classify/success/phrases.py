"""Sentences on what success is, told from the many other uses of the word."""

from __future__ import annotations

from include.classify.linear_time import compile_verbose

_ABOUT_SUCCESS = tuple(
    compile_verbose(pattern)
    for pattern in (
        r"""
    (?:what|how|where|when|know|define|defin\w+|measur\w+|our|your|their|his|her|role['’]?s?|this)\s+(?:\w+\s+){0,3}?success(?:ful)?\b
    """,
        r"""
    success\b[^.\n]{0,40}?\b(?:looks?\s+like|is|are|means?|will|would|comes?|depends?|requires?|measure\w*
      |criteria|indicators?|defined|evident|profile
        |in\s+(?:this|the|your)\s+(?:role|position|job|first|team)|here|at\s+[A-Z]\w+)\b
    """,
        r"""
    \b(?:to|will|order\s+to|you|who|people|candidates?|person|individuals?
      |they)(?:['’]?\w+)?\s+(?:\w+\s+){0,4}?(?:be\s+|were\s+|are\s+)?(?:\w+\s+)?(?:successful\b|succeed\w*)
    """,
        r"""
    looks?\s+like\s+(?:in\s+)?(?:success|this\s+role|the\s+first)
  | (?:key|important|critical|essential|crucial|needed|required|necessary|likely)\s+(?:\w+\s+)?(?:for
      |to)\s+(?:\w+\s+)?succe
  | (?:do|doing|done)\s+(?:well|great|a\s+great\s+job)
  | north[\s-]star | scorecard
  | (?:performance|expected|key|main|critical|primary)\s+(?:objectives|expectations|outcomes|results
      |deliverables)
  | \bwhat\s+(?:good|great|excellence|winning)\s+looks
  | ^\W*(?:(?:key|our|your)\s+)?success\s+(?:metrics|measures?|measurements?|criteria|indicators|factors
      |profile)
      (?:\W+(?:and\s+)?(?:kpis?|okrs?|metrics|measures))?\W*$
  | erfolgreich\w*\s+(?:bist|sind|wenn|in\s+dieser)|(?:dein|ihr)\s+erfolg|erfolg\s+(?:bedeutet|messen|in)
      |woran\s+(?:wir|sie|du)
  | (?:votre|ton|la)\s+r[ée]ussite|pour\s+r[ée]ussir|vous\s+r[ée]ussi|succ[eè]s\s+(?:dans|sera|de\s+ce)
  | ([ée]xito|sucesso)\s+(?:en|nesta|neste|ser[áa]|se|significa|del?)|tener\s+[ée]xito|succesvol\s+(?:in
      |als|zijn)
    """,
    )
)
"""Success as something the sentence explains or ties to somebody."""

_OTHER_SUCCESS = compile_verbose(
    r"""
    (?:customer|client|partner|user|member|student|merchant|product|project|program(?:me)?|launch|sales|business|company|commercial|academic|patient|market|campaign)s?['’]?\s+success
  | track\s+record | successful(?:ly)?\s+(?:applicants?|candidates?\s+(?:will\s+(?:be\s+(?:required|subject
      |asked|contacted|notified)|undergo|receive)|for)|compl|pass|launch|deliver|manag|lead|implement
      |execut|negotiat|work|startup|compan|exit|product|project)
  | set(?:s|ting)?\s+(?:\w+\s+){0,3}up\s+for\s+success | success\s+stor | succession | proven | demonstrat
      | shared\s+success | continued\s+success
  | (?:help|helping|helps|enable|enabling|empower\w*|ensur\w*|make|making|drive
      |driving)\s+(?:\w+\s+){0,6}?succe
    """
)

JUDGED_BY = compile_verbose(
    r"""
    \bmeasured\s+(?:\w+\s+)?(?:by|on|against|through|in\b|via|using|according) | (?:evaluated|assessed
        |judged|appraised|graded)\s+(?:\w+\s+)?(?:by|on|against|based)
  | accountable\s+(?:for|to|against) | accountability\s+for
  | (?:your|role|position['’]s)\s+(?:\w+\s+)?(?:kpis?|metrics?|okrs?)
  | (?:kpis?|okrs?|indicators|metrics)\)?\s+(?:include|are\b|will\s+be|for\s+(?:this|the)\s+role|you)
  | (?:key|core|primary|main)\s+(?:kpis?|metrics?|okrs?)
  | (?:responsible\s+for|expected\s+to|charged\s+with|tasked\s+with|need\s+to
      |must)\s+(?:\w+\s+){0,3}?(?:achiev|hit|meet|exceed|reach|attain|surpass|accomplish)
  | (?:own|owning|mov(?:e|ed|es))\s+the\s+number | on\s+the\s+hook
  | how\s+we(?:['’]ll|\s+will)?\s+(?:measure|judge|evaluate)\s+you\b
  | gemessen|zielerreichung|mesur[ée]e?s?\s+(?:par|sur|en)|medid[oa]s?\s+por|gemeten
    """
)
"""Words that tie a person or an undertaking to a yardstick."""

YARDSTICK_HEADING = compile_verbose(
    r"""
    ^\W*(?:(?:our|your|the)\s+)?(?:key\s+performance\s+(?:indicators?|measures|metrics|areas)
      |performance\s+(?:indicators|measures|metrics|standards|expectations)|kpi['’]?s)(?:\W+(?:kpi['’]?s?|okrs?))?\W*$
    """
)
"""A line of its own that announces what somebody is judged by."""


_OUTCOME_OF_OTHERS = compile_verbose(
    r"""
    \byou(?:['’]?ll|\s+will|['’]?re|\s+are|['’]?ve)?\s+(?:have\s+)?(?:be\s+)?(?:successful|succeed(?:ed)?)\s+(?:if|when|once)\s+
    (?:the\s+|our\s+|every\s+|all\s+|more\s+)?(?:customers|clients|users|merchants|partners|patients|members|players|sellers|buyers|drivers
      |developers|engineers|teams?|products?|features?|platform|sales|revenue|churn|retention|conversion)\s
    """
)


def is_outcome_of_others(sentence: str) -> bool:
    """Say whether success is tied to what customers, teams or products then do: an outcome one can check."""
    return _OUTCOME_OF_OTHERS.is_in(sentence)


def about_success(sentence: str) -> bool:
    """Say whether the sentence explains success or ties it to a person, not to customers or launches."""
    if not _explains_success(sentence):
        return False
    others = _OTHER_SUCCESS.spans(sentence)
    return not others or _explains_success(_without(sentence, others))


def _explains_success(sentence: str) -> bool:
    return any(pattern.is_in(sentence) for pattern in _ABOUT_SUCCESS)


def _without(sentence: str, spans: list[tuple[int, int]]) -> str:
    """Return the sentence with a blank in place of each span."""
    ends = (0, *(end for _, end in spans))
    starts = (*(start for start, _ in spans), len(sentence))
    return " ".join(sentence[end:start] for end, start in zip(ends, starts, strict=True))
