"""The forms of words in which an ad offers its hire development, each with an example.

Three things are offered (codebook section 3): training or money for it, coaching or mentoring, and the cost
of a certification. A form is *sure* when its words alone say that somebody receives it. Any other is the bare
name of a thing (`Learning and development`), which is an offer only where benefits are listed. Words near a
form may take it back: see `support_exceptions`.
"""

from __future__ import annotations

from typing import NamedTuple

from include.classify.labels import DevSupport
from include.classify.linear_time import LinearSet
from include.classify.support_exceptions import (
    CERTIFICATE_ASKED,
    COACHING_GIVEN,
    COACHING_OF_OTHERS,
    FOR_OTHERS,
    MONEY_FOR_OTHERS,
    PAY,
    PRAISED,
    PROMISED,
    Exceptions,
)
from include.classify.words_in_order import WordsInOrder


class Form(NamedTuple):
    """One way of offering something.

    Attributes:
        example: what the form is for; a test reads it (among benefits, if the form is not sure).
        is_sure: the words alone are an offer, wherever they stand.
    """

    example: str
    is_sure: bool
    pattern: WordsInOrder


class Topic(NamedTuple):
    """Forms that offer one thing, with what they have in common.

    Attributes:
        needs: a plain pattern that matches wherever one of the forms does; it is cheap to look for.
        forms_near: says of a text which forms it may hold, by their place.
        unless: words near a form that take it back.
    """

    kind: DevSupport
    needs: str
    forms: tuple[Form, ...]
    forms_near: LinearSet
    unless: Exceptions


def _topic(kind: DevSupport, needs: str, forms: tuple[Form, ...], unless: Exceptions) -> Topic:
    return Topic(
        kind, needs, forms, LinearSet([form.pattern.in_order for form in forms], verbose=True), unless
    )


def _sure(example: str, *parts: str | int) -> Form:
    return Form(example, True, WordsInOrder(*parts))


def _named(example: str, *parts: str | int) -> Form:
    return Form(example, False, WordsInOrder(*parts))


# --- What is learned. Texts lose blanks (`moreLearning budget`): the commonest words need no border before.
_COURSES = r"""\b(?:courses|(?:language|training)\s+course|course\s+(?:offerings|fees)|coursework|conferences?
    |books|workshops?|seminars?|webinars?|up-?skilling)\b"""
_FOREIGN = r"""\b(?:weiterbildung\w*|fortbildung\w*|schulung\w*|formations?|formaci[óo]n|capacita[cç]i[óo]n
    |forma[çc][ãa]o|opleiding\w*|scholing)\b"""
_LEARNING = rf"""(?:learning\b|trainings?\b|education(?:al)?\b|tuition|\bl\s?&(?:amp;)?\s?d\b|{_COURSES}
    |\bclasses\b|{_FOREIGN})"""
_GROWTH = r"""(?:\b(?:professional|career|personal|leadership|skills?|individual|employee|staff|talent|self
    |own|continu(?:ous|ing|ed|al)|further|ongoing)[\s-]+(?:(?:and|&(?:amp;)?|amp|or|/)?\s*\w+\s+)?(?:and\s+|&\s*)?
    (?:develop(?:ment|ing)|growth|improvement|enrichment|pursuits|advancement)\b)"""
_ANY_LEARNING = rf"(?:{_LEARNING}|{_GROWTH}|growth\s+and\s+development\b)"
_LEARNING_AND_DEVELOPMENT = (
    r"(?:learning\s*(?:and|&(?:amp;)?|amp|\+|/)?\s*(?:develop\w+|training)|\bl\s?&(?:amp;)?\s?d\b)"
)
_TRAINING = rf"(?:trainings?\b|{_LEARNING_AND_DEVELOPMENT}|continu(?:ing|ed)\s+education|{_COURSES})"
_PLATFORM = r"""\b(?:coursera|udemy|linkedin\s+learning|pluralsight|skillshare|masterclass|o['’]?reilly
    |reforge|datacamp|codecademy|babbel|blinkist)\b"""

# --- What it is paid with.
_FUND = r"""(?:budgets?\b|stipends?|allowances?|allocations?\b|\bfunds?\b|\bfunding\b|reimburse\w*
    |\bsubsid(?:y|ies)\b|\bscholarships?\b|\bbursar\w+|\bcredits?\b|\bvouchers?\b|\bassistance
    |kostenerstattung|zuschuss|presupuesto|or[çc]amento|vergoeding)"""
_FUND_OR_SHARE = rf"(?:{_FUND}|\bcontributions?\b)"
_FUND_OR_COST = rf"""(?:{_FUND}|\bsponsorships?\b|\bexpenses\b|\bcosts?\b|\bpaid\s+for\b
    |\b(?:is|are|fully|costs?|fees)\s+covered\b)"""
_AMOUNT = r"""(?:(?:[$€£¥₹]|\b(?:usd|eur|gbp|cad|aud|inr))\s?\d[\d.,]*\s?k?\b
    |\b\d[\d.,]*\s?k?\s?(?:[$€£]|(?:usd|eur|gbp|cad|aud|inr|euros?|dollars|pounds)\b))"""
_A_YEAR = r"(?:annual(?:ly)?|yearly|(?:per|a|each|every)\s+(?:calendar\s+)?(?:year|annum)|/\s?(?:year|yr))\b"
_FOR = r"\b(?:for|towards?|on|to|in|f[üu]r|pour|para|voor|de)\b"
_PAYS = r"""\b(?:(?:pays|paying)\s+for|covers|covering|funds|funding|reimburses|reimbursing
    |sponsors|subsidi[sz]es|subsidi[sz]ing|(?:we|['’]ll|will|can|also)\s+(?:also\s+)?
    (?:pay\s+for|cover|fund|finance|reimburse|sponsor|subsidi[sz]e))\b"""
_INVESTS = r"\binvest(?:s|ing|ments?)?\s+(?:\w+\s+)?in\b"
_FREE = r"""\b(?:paid|free|unlimited|discounted|complimentary|subsidi[sz]ed|sponsored|funded
    |(?:company|employer)[\s-]?(?:paid|sponsored|funded|provided))\b"""

# --- Who gives it to whom, and as what.
_YOU_RECEIVE = r"""\byou(?:['’]?ll|\s+will|\s+can|\s+may)?\s+(?:also\s+|then\s+)?(?:receive|get|enjoy
    |be\s+(?:provided|given|offered)|benefit\s+from|undergo)\b"""
_WE_OFFER = r"\bwe(?:['’]?ll|['’]?re|\s+will|\s+are)?\s+(?:also\s+)?(?:offer(?:ing)?|provide|give|support)\b"
_THE_HIRE = r"\s+(?:you|(?:our|all|each|every)\s+(?:\w+\s+)?(?:people|employees?|staff|teams?|members?))\b"
_MEANS = r"""(?:program(?:me)?s?|platforms?|resources?|materials?|library|libraries|catalog(?:ue)?s?|courses
    |offerings?|initiatives?|sessions?|days?|academy|hub|benefits?|support|schemes?|series)\b"""

_MONEY_FOR_TRAINING = (
    _sure("Your learning and travel budget.", _ANY_LEARNING, 5, _FUND_OR_COST),
    _sure("A book allowance.", rf"\b(?:book|development)\s+{_FUND}"),
    _sure("An annual stipend to fund your professional pursuits.", _FUND_OR_SHARE, 3, _FOR, 7, _ANY_LEARNING),
    _sure("A yearly allowance (books, courses).", rf"{_FUND}(?:\s?[:(]|\s[–—-]\s)", 7, _ANY_LEARNING),
)

_AMOUNT_FOR_TRAINING = (
    _sure("A $2,000 employee development program.", _AMOUNT, 2, _ANY_LEARNING),
    _sure("We give you $500 a year for books.", _AMOUNT, 5, _FOR, 4, _ANY_LEARNING),
    _sure(
        "Up to 1000 annually for outside education.",
        *(rf"\b\d[\d.,]*k?\s+{_A_YEAR}", 3, _FOR, 5, _ANY_LEARNING),
    ),
    _sure("Training and courses (up to £1,000).", _ANY_LEARNING, 3, _AMOUNT),
)

_TRAINING_FREE = (
    _sure("We will cover the costs of conferences.", _PAYS, 3, _ANY_LEARNING),
    _sure("We invest in your training.", _INVESTS, 5, _LEARNING),
    _sure("Free language courses.", _FREE, 1, _LEARNING),
)

_TRAINING_GIVEN = (
    _named("We offer training.", _WE_OFFER, 10, _TRAINING),
    _sure("You will receive two weeks of training.", _YOU_RECEIVE, 10, _TRAINING),
    _sure("We support you with courses.", _WE_OFFER + _THE_HIRE, 10, _TRAINING),
    _sure(
        "Full training is provided.",
        r"\btrainings?\s+(?:(?:is|are|will\s+be)\s+)?(?:provided|given|offered)\b",
    ),
    _sure(
        "Access to LinkedIn Learning.",
        *(r"\b(?:access\s+to|subscriptions?\s+(?:to|for)|licen[sc]es?\s+(?:to|for)|membership)\b", 6),
        rf"(?:{_PLATFORM}|e-?learning|online\s+courses?|learning\s+{_MEANS}|training)",
    ),
)

_TRAINING_PROGRAMS = (
    _named("Training resources.", rf"(?:{_ANY_LEARNING}|\bdevelopment\s+courses?)", 1, _MEANS),
    _named("Programs for personal growth.", r"\b(?:program(?:me)?s?|initiatives)\s+for", 2, _GROWTH),
)

# Conferences with these are for learning; with others they may be for sales.
_TOGETHER = r"(?:trainings?|books|workshops?|seminars|meetups)"
_TRAINING_NAMES = rf"""(?:trainings?\s*(?:and|&(?:amp;)?|amp|\+|/|,)?\s*(?:\w+\s+)?
        (?:develop\w+|certif\w*|education|courses|opportunit\w+)
    |{_LEARNING_AND_DEVELOPMENT}|(?:continu(?:ing|ed|al)|further|ongoing)\s+(?:education|learning)
    |(?:continu(?:ing|ed|al|ous)|further|ongoing|regular|internal|external)\s+trainings?
    |professional\s+(?:training|learning|education)|\bincluding\s+(?:\w+\s+){{0,2}}trainings?\b
    |\bcourses\b|{_TOGETHER}\W+(?:(?:and|or)\s+)?conferences|conferences\W+(?:(?:and|or)\s+)?{_TOGETHER}
    |\b(?:trips\s+to|attend)\s+conferences|\d\s+conferences|{_FOREIGN}|{_PLATFORM})"""
_NAMED_ALONE = (_named("Training and development.", _TRAINING_NAMES),)

# Development is promised to everybody (`professional development opportunities`).
_GROWTH_NAMES = r"(?:professional|continu\w+)\s+development"
_GROWTH_NAMED = (_named("Professional development, free lunch.", _GROWTH_NAMES),)

# --- Coaching.
_COACHING = r"(?:coaching|mentoring|mentorship)"
_COACH = r"(?:coach(?:es)?|mentors?)"
_ANY_COACHING = rf"(?:{_COACHING}|{_COACH})\b"

# The words leave no doubt about who coaches whom.
_COACHED_BY = (
    _sure(
        "You are paired with a mentor.",
        rf"""(?:\b(?:paired|matched|pair\s+up)\s+(?:up\s+)?with\s+(?:\w+\s+){{0,3}}?{_COACH}\b
        |\b(?:become|be)\s+your\s+{_COACH}\b|\byou\s+(?:will\s+)?have\s+an?\s+(?:\w+\s+)?{_COACH}\b
        |\bfinding\s+a\s+{_COACH}\b)""",
    ),
    _sure(
        "You will be mentored by a senior product manager.",
        rf"""(?:\b(?:be|been|being)\s+(?:mentored|coached)\b|\b(?:mentored|coached)\s+by\b
        |\bunder\s+(?:the\s+)?mentorship\b|\b{_COACHING}\s+from\b
        |\b{_COACHING}[\s,]+(?:and\s+\w+\s+)?you\s+need)""",
    ),
)

_COACHING_RECEIVED = (
    _sure(
        "You will receive mentoring.",
        r"""\b(?:receiv(?:e|ing)|access|benefit(?:ing)?\s+from|learn(?:ing)?\s+from|budget\s+for
            |contributions?\s+for|provide\s+you\s+with)\b""",
        *(4, _ANY_COACHING),
    ),
    _sure(
        "A dedicated mentor.",
        rf"""\bget\s+(?:[\w-]+\s+){{0,2}}{_COACHING}\b|\b(?:dedicated|your\s?(?:own|assigned)|assigned|personal(?:i[sz]ed)?|weekly|monthly|ongoing|free
            |confidential|direct|career|1[:\-\s]?(?:on-?)?1|one[\s-]on[\s-]one)\s+(?:\w+\s+)?{_ANY_COACHING}""",
    ),
    _sure(
        "Mentorship programs.",
        rf"""(?:\b{_COACHING}[\s,]+(?:(?:and\s+)?\w+\s+)?
            (?:program(?:me)?s?|sessions?|scheme|stipend|budget|benefits?|platform|provided|available)\b
        |\bmentor\s+(?:and\s+buddy\s+)?program
        |(?:mentoring|coaching)[\s-]?(?:programm|angebote?)\w*
        |accompagnement\s+par\s+(?:un|des)\s+(?:mentor|coach)|programa\s+de\s+mentor[ií]a)""",
    ),
    _sure(
        "An environment that celebrates knowledge sharing and mentorship.",
        *(
            r"\b(?:environment|culture)\s+(?:that|which)\s+(?:celebrates|offers|provides|encourages|values)\b",
            5,
        ),
        rf"{_COACHING}\b",
    ),
    _named(
        "Leadership coaching; mentoring opportunities; BetterUp.",
        rf"""(?:\bbetterup\b|\bcoachhub\b|\b(?:leadership|professional|executive)\s+(?:career\s+)?coach(?:ing|es)?\b
        |\b{_COACHING}\s+opportunities)""",
    ),
    _named(
        "Growth through mentorship.",
        *(r"\b(?:training|development|growth|learning|feedback)", 2, rf"{_COACHING}\b"),
    ),
    _named(
        "Mentorship and employee resource groups.",
        *(rf"\b{_COACHING}\b", 2),
        r"(?:training|development|growth|learning|feedback|resource\s+groups)\b",
    ),
)

# --- Certifications.
_CERTIFICATE = r"(?:certificat\w+|\b(?:get|become|be)\s+certified\b|\b(?:cspo|pspo|pmp|csm)\b)"

_CERTIFICATE_PAID = (
    _sure(
        "We pay for your certification.",
        rf"(?:{_PAYS}|{_INVESTS}|\binvesting\s+in\s+you|{_FREE}|\bpay(?:ing)?\b|\bhelp\s+you|\bencourage)",
        *(10, _CERTIFICATE),
    ),
    _sure("A budget for courses, books and certifications.", _FUND, 15, _CERTIFICATE),
    _sure("Our people use it for certifications.", r"\buse\s+it\s+(?:for|on)\b", 5, _CERTIFICATE),
    _sure("$500 a year for certifications.", _AMOUNT, 6, _CERTIFICATE),
    _sure(
        "Certification fees are reimbursed.",
        *(_CERTIFICATE, 6),
        rf"(?:{_FUND_OR_COST}|\bfees\b|\bpaid\b|\bincentives?\b|\bfunded\b|\bwe\s+(?:will\s+)?pay\b)",
    ),
    _sure(
        "Die Zertifizierungskosten werden übernommen.",
        *("zertifizierung", 6, "(?:[üu]bern[ao]|finanzier|bezahl)"),
    ),
    _named("Certification programs.", r"\bcertifications?\s+(?:program(?:me)?s|opportunities|support)\b"),
    _named("We support professional certifications.", _WE_OFFER, 4, _CERTIFICATE),
    _named("Access to training, certifications.", r"\baccess\s+to", 9, r"certifications\b"),
    _named(
        "Courses and certifications.",
        r"""(?:trainings?|courses|development|including|conferences)\W{0,3}(?:and\s+|or\s+|including\s+)?
            (?:\w+\s+)?certifications?\b""",
    ),
)

TOPICS = (
    _topic(
        "training_budget",
        r"""budget|stipend|allowance|allocation|fund|reimburs|subsid|contribution|scholarship|bursar|credit|voucher
        |assistance|kostenerstattung|zuschuss|presupuesto|or[çc]amento|vergoeding|sponsorship|expenses|cost
        |paid\s+for|covered""",
        _MONEY_FOR_TRAINING,
        MONEY_FOR_OTHERS,
    ),
    _topic(
        "training_budget",
        r"""[$€£¥₹]|\d\s?k?\s?(?:usd|eur|gbp|cad|aud|inr|dollars|pounds)
        |(?:usd|eur|gbp|cad|aud|inr)\s?\d|annual|yearly|(?:per|a|each|every)\s+(?:calendar\s+)?(?:year|annum)
        |/\s?(?:year|yr)""",
        _AMOUNT_FOR_TRAINING,
        PAY,
    ),
    _topic(
        "training_budget",
        r"""pay|paid|cover|fund|financ|reimburs|sponsor|subsidi|invest|free|unlimited|discounted|complimentary
        |provided""",
        _TRAINING_FREE,
        FOR_OTHERS,
    ),
    _topic(
        "training_budget",
        rf"""{_YOU_RECEIVE}|{_WE_OFFER}|train\w+\s+(?:is|are|will|provided|given|offered)|access|subscription
        |licen[sc]e|membership""",
        _TRAINING_GIVEN,
        FOR_OTHERS,
    ),
    _topic(
        "training_budget",
        r"""program|platform|resource|material|librar|catalog|courses|offering|initiative|session|days?\b|academy
        |\bhub\b|benefit|support|scheme|series""",
        _TRAINING_PROGRAMS,
        PRAISED,
    ),
    _topic("training_budget", _TRAINING_NAMES, _NAMED_ALONE, PRAISED),
    _topic("training_budget", _GROWTH_NAMES, _GROWTH_NAMED, PROMISED),
    _topic("coaching_mentoring", "coach|mentor", _COACHED_BY, COACHING_OF_OTHERS),
    _topic("coaching_mentoring", "coach|mentor|betterup", _COACHING_RECEIVED, COACHING_GIVEN),
    _topic("cert_sponsorship", "certif|cspo|pspo|pmp|csm|zertif", _CERTIFICATE_PAID, CERTIFICATE_ASKED),
)
"""In the order in which they are looked for."""

NEEDS = LinearSet([topic.needs for topic in TOPICS], verbose=True)
"""Says of a text which topics it may hold, by their place in `TOPICS`."""
