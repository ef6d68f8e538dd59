"""How ads speak of metrics: their names, the verbs of owning and of moving them, targets and P&L."""

from __future__ import annotations

import re

from include.classify.linear_time import GuardedPattern, compile_plain, compile_verbose

_METRIC_NAMES = r"""
    \b(?:nps|csat|ces|arr|mrr|gmv|ltv|clv|cltv|cac|arpu|arpa|nrr|grr|dau|mau|wau|roi|roas|ctr|aht|ebitda|gtv|tpv|aum|mttr)\b
  | \bslas?\b | \bp\s?(?:&|&amp;|and|\+|n)\s?l\b | \bpnl\b | profit(?:s|ability)?\b | profit\s+and\s+loss
  | activations?\b | adoption | retention | churn | conversions?\b | engagement | net\s+promoter
      | lifetime\s+value
  | (?:customer|client|user|patient|provider|employee|stakeholder|partner)s?['’]?\s+(?:satisfaction
      |retention|loyalty|acquisition|growth)
  | satisfaction\s+(?:scores?|ratings?|rates?) | revenues?\b | margins?\b | market\s+share | win[\s-]rates?
  | renewals?\b | (?:sales|revenue|bookings?|growth|pipeline|booking|acquisition|production
      |enrollment)\s+(?:targets?|goals?|numbers|growth|volume|quotas?)
  | gross\s+merchandise | bookings\b | \bsales\b | pipeline\b | attach\s+rates? | utili[sz]ation
  | time[\s-]to[\s-](?:value
      |market|resolution|hire|productivity|first)
  | cycle\s+times? | lead\s+times? | uptime | cost\s+savings? | unit\s+(?:costs?|economics) | on[\s-]time
      | throughput
  | (?:error|defect|bounce|response|renewal|completion|close|hit|success|churn|approval|occupancy|growth
      |open|click|penetration)[\s-]rates?
  | usage | traffic | funnels? | quota | (?:forecast|data)\s+accuracy | efficiency | productivity
      | latency | reliability | quality\b
  | (?:active|paying|monthly|daily)\s+(?:users|customers|subscribers) | sign[\s-]?ups | downloads
      | subscribers | headcount | budget
  | umsatz\w* | kundenzufriedenheit | marktanteil\w* | deckungsbeitrag | chiffre\s+d['’]affaires
      | satisfaction\s+client | rentabilit\w+
  | ingresos | ventas | rentabilidad\w* | faturamento | receita | vendas | omzet\w* | klanttevredenheid
"""

NAMED_METRIC = compile_verbose(_METRIC_NAMES)
"""A metric by name: what one could plot."""

PROFIT_AND_LOSS = re.compile(
    r"\bp\s?(?:&|&amp;|and|\+|n)\s?l\b|\bpnl\b|profit (?:and|&) loss|gewinn- und verlust"
    r"|compte de r[ée]sultat"
    r"|p[ée]rdidas y ganancias|lucros e perdas|winst[- ]en verlies",
    re.IGNORECASE,
)

_MOVE = (
    r"increas\w*|improv\w*|grow\w*|driv(?:e|es|ing)|boost\w*|maximi[sz]\w*|optimi[sz]\w*|reduc\w*|lower\w*|rais(?:e|es|ing)"
    r"|accelerat\w*|lift\w*|expand\w*|deliver\w*|achiev\w*|hit|hits|hitting|meet\w*|exceed\w*|reach\w*|attain\w*|scal(?:e|es|ing)"
    r"|generat\w*|influenc\w*|impact\w*|mov(?:e|es|ing)|own|owns|owning|ownership|owner|accountab\w*|responsib\w*|focus\w*|strengthen\w*"
    r"|minimi[sz]\w*|gain\w*|secur(?:e|es|ing)|manag(?:e|es|ing)|steer\w*|lead(?:s|ing)?|enhanc\w*|decreas\w*|unlock\w*|shape\w*|towards?"
    r"|steiger\w*|verantwort\w*|augment\w*|am[ée]lior\w*|responsable|aumentar|mejorar|respons[áa]vel|verhog\w*|verantwoordelijk"
)
MOVE_VERB = compile_plain(rf"\b(?:{_MOVE})\b")
"""A verb of owning or moving something."""

NUMERIC_TARGET = GuardedPattern(
    r"""
    \d+(?:[.,]\d+)?\s?(?:%|percent\b|per\s?cent\b|pp\b|\+?x\b)            # 40 %, 3x
  | [$€£]\s?\d[\d.,]*\s?(?:k|m|mm|bn|b|million|billion)?\b(?![^.]{0,20}(?:salary|base|ote|bonus))
  | \bfrom\s+[$€£]?\d[\d.,]*\S*\s+to\s+[$€£]?\d                          # from 30 to 40
  | [<>≤≥]=?\s?\d | \b(?:above|below|under|over|at\s+least|more\s+than|less\s+than|minimum\s+of)\s+\d
  | \b\d[\d.,]*\+?\s+(?:\w+\s+){0,2}?(?:customers|clients|users|launches|deals|meetings|demos|appointments
      |calls|partners|hires
      |engineers|articles|case\s+studies|webinars|initiatives|features|releases|subscribers|signups|accounts|pilots|logos)\b
  | \b(?:two|three|four|five|six|ten|twelve)\s+(?:\w+\s+){0,2}?(?:customers|clients|deals|pilots|launches
      |initiatives|features|case\s+studies|opportunities)\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""A number that could be a target."""

_MEET = (
    r"meet|hit|exceed|achiev|deliver|attain|reach|surpass|beat|crush|smash|accomplish|own|carry|carri|make|making"
    r"|against|responsible for|accountable for|towards?|to"
)
MEET_TARGET = compile_plain(
    # The second form is a verb glued to the word before by a lost line break (`industryHit sales targets`).
    rf"(?:\b(?:{_MEET})|[a-z](?-i:Meet|Hit|Exceed|Achieve|Deliver|Attain|Reach|Surpass|Own))\w*\b[^.;\n]{{0,60}}?"
    r"\b(?:quotas?|targets?|goals|objectives|numbers|budgets?|commitments)\b"
)
"""Targets that somebody is to meet."""

ENDS_IN_MEETING = compile_plain(
    r"\b(?:hit|meet|exceed|achiev|attain|surpass|overachiev|beat|crush)\w*\s+(?:[\w’'&/-]+\s+){0,4}"
    r"(?:goals|kpis|okrs)$"
)
"""Goals or KPIs at the end of the words, as something to be met."""

PAY = re.compile(r"bonus|commission", re.IGNORECASE)

TIED_PAY = compile_plain(
    r"(?:bonus\w*|commissions?|variable)\b[^.;\n]{0,60}?\b(?:tied|linked|based on|depend\w*|upon"
    r"|for hitting|when hitting|targets?|goals)\b"
)
"""Pay that hangs on targets: they exist, whatever they are (tier A)."""
