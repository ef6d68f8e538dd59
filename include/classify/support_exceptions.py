"""Words near a form of support that make it no offer to the hire; see `support_phrases`."""

from __future__ import annotations

from typing import NamedTuple

from include.classify.linear_time import LinearPattern, compile_plain, compile_verbose


class Exceptions(NamedTuple):
    """Words that take a form back.

    Attributes:
        before: in the few words before it.
        around: in the few words before it, in itself or in the few words after it.
        inside: in itself.
        next: right after it.
    """

    before: LinearPattern
    around: LinearPattern | None = None
    inside: LinearPattern | None = None
    next: LinearPattern | None = None


_TASK = r"""\b(?:manag(?:e|es|ing)|own(?:s|ing)?\s+(?:the|our|an?)|oversee\w*|prepar(?:e|es|ing)
    |plan(?:ning)?\s+(?:and|for)|develops?\s+(?:and|the|an?|new)|developing|deliver\w*|designs?|designing
    |establish\w*|coordinat\w+|conduct\w*|administer\w*|execut(?:e|es|ing)|creates?|creating|created|facilitat\w+|implement\w*|lead(?:s|ing)?\s+(?:the|an?|our|all|and)|organi[sz]\w+
    |responsible|ability\s+to|experience\s+(?:in|with|of|managing)|you\s+(?:will\s+)?(?:provide|support|offer)
    |expertise\s+in|knowledge\s+of)\b"""
_OTHERS = r"""\b(?:customers?|clients?|users|students|learners|pupils|youth|children|communities|grantees
    |providers|patients|teachers?|participants|residents|schools|districts|stakeholders|vendors?|sellers|dealers
    |merchants|companies|job\s+seekers|fellows|apprentices|(?:our|channel|business)\s+partners|marketing|sales)\b"""
_SOMETHING_ELSE = r"""\b(?:machine\s+learning|deep\s+learning|models?|training\s+data|personal\s+training
    |privacy|compliance|verification|(?:credit|background|reference)\s+checks?|potential)\b"""
_THIRD_PARTY_MONEY = r"\b(?:government|state|federal|grant|publicly)[\s-]*\z"
_OTHER_DEVELOPMENT = (
    r"\b(?:product|software|business|web|apps?|new|market|drug|community|economic|project)\s+\z"
)
_QUALIFICATION = r"\b(?:degree\s+(?:in|or)|bachelor\w*|equivalent)\b"

_ANOTHER_THING = compile_verbose(
    rf"""opportunit|\b401|insurance|holiday|vacation|time\s+off|\bpto\b|leave\b
    |\b(?:development|learning|education|training|growth)\s+(?:parental|wellness|home\s+office|commuter|health|gym)
    |based\s+on|depend|commensurate|salary|compensation|billion|million|market|technical|research|publication|funded\s+by
    |\bget\s+to\b|\bhours?\b|\Aeducation\s+fund\z|fitness|yoga|{_SOMETHING_ELSE}"""
)
_TO_OTHERS = rf"\A\s*(?:for|to|of|among)\s+(?:[\w'’-]+\s+){{0,3}}?{_OTHERS}"

MONEY_FOR_OTHERS = Exceptions(
    before=compile_verbose(rf"{_TASK}|{_OTHERS}|{_THIRD_PARTY_MONEY}|{_OTHER_DEVELOPMENT}|\bverification\b"),
    inside=_ANOTHER_THING,
    next=compile_verbose(_TO_OTHERS),
)
"""The money goes to others, its use is a task of the hire, or between its words stands something else. Words
farther off, often of other sentences where marks were lost, say nothing: money for learning is rare."""

FOR_OTHERS = Exceptions(
    compile_verbose(rf"{_TASK}|{_OTHERS}|{_THIRD_PARTY_MONEY}|\A\W*(?:provides?|ensures?)\s+\z"),
    compile_verbose(f"{_SOMETHING_ELSE}|{_QUALIFICATION}"),
    _ANOTHER_THING,
    next=compile_verbose(_TO_OTHERS),
)
"""The training goes to others, giving it is a task of the hire, or it is something else."""

PAY = Exceptions(
    compile_verbose(rf"{_TASK}|{_OTHERS}|\b(?:pay|salary|range|wage)\b|\bexperience,?\s+(?:and|or)\s+\z"),
    inside=_ANOTHER_THING,
    next=compile_verbose(rf"\A\s*opportunit|{_TO_OTHERS}"),
)
"""As `MONEY_FOR_OTHERS`; or the amount is what the job pays."""

_PRAISE = r"""\b(?:speak\w*|attending|passion\w*|commit\w*|dedicat\w+\s+to|champion\w*|prioriti[sz]\w*
    |foster\w*|values?|emphasis|willing\w*|desire|eager\w*|encourag\w*|depend\w*|based\s+on|factors
    |focus(?:ed|ing)?\s+on|participating|travel(?:ing|ling)?\s+(?:to|for)|hiring|recruit\w*|performance\s+management|promotional|termination
    |(?:culture|environment|mindset)\s+(?:of|that|which|where|for))\b
    |\b(?:experience|skills|abilities|background|qualifications),\s+(?:and\s+|or\s+)?\z|\babilities\s+\z
    |\bopportunit\w+\s+(?:for|to)\s+(?:\w+\s+){0,3}\z"""
_BEFORE_NAME = compile_verbose(f"{_TASK}|{_OTHERS}|{_PRAISE}")
_AROUND_NAME = compile_verbose(rf"{_SOMETHING_ELSE}|{_QUALIFICATION}|\b(?:curiosity|research|papers)\b")

PRAISED = Exceptions(
    _BEFORE_NAME,
    _AROUND_NAME,
    next=compile_verbose(
        rf"""\A\s*(?:focus|experiences?|curve|goals|journey|culture|environment|mindset|bac\b|sup[ée]rieure|initiale)
        |{_TO_OTHERS}"""
    ),
)
"""Learning is an attitude, a duty or asked of the candidate."""

PROMISED = Exceptions(
    _BEFORE_NAME,
    _AROUND_NAME,
    next=compile_verbose(
        r"""\A[\s.!]*(?:\z|opportunit|plans?\b|journey|goals|and\s+(?:\w+\s+)?growth|experiences?|focus
        |culture|environment|mindset)"""
    ),
)
"""As `PRAISED`; and development alone, or opportunities for it, are a promise."""

COACHING_OF_OTHERS = Exceptions(
    compile_plain(r"\b(?:students|customers|clients|users|youth|job seekers|fellows|experience|provid\w*)\b"),
)
"""Somebody else is coached."""

COACHING_GIVEN = Exceptions(
    before=compile_verbose(
        rf"""{_TASK}|\b(?:experience|skills?|ability|able|passion\w*|love|proven|track\s+record|background
        |they|ensur\w+|responsib\w+|identif\w+|provid\w*|offering|excellent|strong|vs|just|focus(?:ed|ing)?\s+on|gym|hiring|onboarding
        |performance\s+management|head\s+of|comfortable|rooms\s+for|instrumental|soft\s+skills)\b"""
    ),
    around=compile_verbose(
        r"""\b(?:mentor|coach|mentoring|coaching|mentors|coaches|mentorship)\b[,\s]+
        (?:(?:and|or|&)\s+(?:coach|mentor|lead|guid|manag|develop|support|train|grow|teach|motivat|inspir|supervis)\w*
            \s+|\w+,\s+)?
        (?:to\s+|of\s+|for\s+)?
        (?:the|our|a|an|other|others|junior|new|more|less|fellow|cross|teams?|engineers|members?|staff|product|pms?
            |colleagues|individuals|peers|them|your|direct|clients|customers|people)\b
    |\b(?:experience|skills?|job\s+seekers|students|fellows|apprentices|participants)\b
    |\b(?:agile|scrum|safe|sales|team|health|wellness|wellbeing|fitness|financial|nutrition(?:al)?|sleep|mental|parent\w*)
        \s+(?:\w+\s+)?coach\w*
    |\bas\s+(?:a\s+)?(?:well\s+as\s+)?(?:coach|mentor)\b|\bplayer[\s-]coach"""
    ),
)
"""The hire gives the coaching or has given it, or it is not about work."""

CERTIFICATE_ASKED = Exceptions(
    before=compile_verbose(_TASK),
    around=compile_plain(
        r"\b(?:preferred|must|experience|desir\w+|qualifications?|customers?|clients?|partners?|students?|sellers?"
        r"|sales|maintain|compliance|iso|licen[sc]\w*|degree|equal|depend\w*|based on|factors"
        r"|fedramp|product certif\w+|adoption|great place)\b"
    ),
    inside=compile_plain("funded by|paid by"),
)
"""The certification is asked of the candidate, somebody else's or none of persons."""
