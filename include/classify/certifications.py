"""Certifications that an ad talks about, and what it asks of the candidate (codebook section 1).

Find (lexicon hits, then words of the family `certif…` with the name beside them), discard what certifies no
person, then decide the status: how the words are used (benefit, pay, other people), the modal word of the
clause, and last the section they stand in. The word inside the sentence beats the heading.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from include.classify.credentials import CREDENTIALS, GENERIC, UNSPECIFIED, Hit, credential_of_topic
from include.classify.exclusions import (
    is_decoy,
    is_process,
    is_subject,
    is_wanted,
    other_use,
    others_noun,
)
from include.classify.headings import heading_kind
from include.classify.labels import (
    CERT_STRENGTH,
    CertClass,
    CertMention,
    CertStatus,
    CertTiming,
    Substitutable,
)
from include.classify.modality import Cue, find_cues, governing_cue
from include.classify.scan import find_hits
from include.classify.segments import Block, Document, SectionKind, Span, split_clauses

MAX_MENTIONS: Final = 100
"""Mentions given per text; real ads have fewer than forty."""

_MAX_CANDIDATES = 100  # judged per text; the bound keeps hostile input cheap
_MAX_QUOTE = 300
_NEAR = 45  # characters within which a weak alias needs its context
_BESIDE = 16  # the same for a licence, which counts only where it is itself called a certification

# Weak and strong names in a sense that is no credential.
_OTHER_SENSE: Final = {
    "pmi_pmp": re.compile(
        r"publisher|\bdeals?\b|programmatic|\bdsps?\b|\bssps?\b|private\s+market|inventory"
        r"|advertis|header\s+bid",
        re.I,
    ),
    "cpa": re.compile(
        r"cost\s+per|\bcpa\s+(?:target|rate|bid|by|goal|campaign)|\bcpms?\b|\bcpcs?\b|roas|\bcac\b"
        r"|acquisition",
        re.I,
    ),
    "cfa": re.compile(
        r"\b(?:les|des|un|aux|du|en|le|nos|vos|au|chaque|côté|par|avec|et|son|leurs?|ces?)\s+cfas?\b", re.I
    ),  # French training centres
    "cism_cisa": re.compile(
        r"cybersecurity\s+(?:and|&)\s+infrastructure|\bcisa\s+(?:guid|directive|advis|kev)", re.I
    ),
    "sa_csm": re.compile(r"customer\s+success(?!\s+manager\s*\(ccsm)", re.I),
    "lss_bb": re.compile(r"karate|taekwondo|jiu|judo|martial|growth\s+black", re.I),
}
# `PMP knowledge`, `ITIL processes`, `experience in PRINCE2`: the method, not the credential.
_METHOD_AFTER = re.compile(
    r"^[\s/]*(?:[A-Z0-9]{2,6}[\s/]+)?(?:v\d\s+)?(?:knowledge|methodolog|framework|principles?\b"
    r"|standards?\b|practices|process|concepts?\b|environment|experience|guidelines|based"
    r"|best\s+practice|approach|techniques|tools|disciplines?|aligned|service|body\s+of)",
    re.I,
)
_METHOD_BEFORE = re.compile(
    r"\b(?:knowledge|understanding|familiar(?:ity)?|experience|experienced|expertise|exposure"
    r"|background|grounding|proficien\w+|skilled|trained|training)\s+(?:\w+\s+){0,2}?(?:of|in|with"
    r"|on|using|to)\s+[^.;(]{0,60}$",
    re.I,
)
_EXPERIENCE_AFTER = re.compile(r"^\s+(?:experience|knowledge|processes|principles)\b", re.I)
_METHODS_SUCH_AS = re.compile(
    r"\b(?:frameworks?|methodolog\w+|methods|approaches|standards|practices|processes)\s*[,(]?\s*(?:such\s+as|like|including"
    r"|e\.g\.?,?|i\.e\.?)[^.;]{0,60}$",
    re.I,
)
_METHODS: Final = frozenset([
    "itil", "togaf", "prince2", "prince2_agile", "pmi_pmp", "prosci", "ipma", "safe_sp", "safe_sa",
    "apmg_agilepm", "safe_sdp", "istqb", "icagile_icp",
])  # fmt: skip

_HEAD_JOIN = re.compile(
    r"^[ \t:]*[-–]?[ \t]*(?:\(|\[|,)?\s*(?:\(?\s*(?:such\s+as|like|e\.?g\.?,?|i\.?e\.?,?"
    r"|for\s+example,?|including(?:,?\s+but\s+not\s+limited\s+to)?|from|in|as|wie|z\.\s?B\.|comme"
    r"|como|zoals|preferred|required)\s*[:,]?\s*)?(?:an?\s+)?$",
    re.I,
)
_TAIL_JOIN = re.compile(
    r"^[\s®™’'\"”)\]*/-]*(?:\([^()\n]{1,40}\)\s*)?(?:or\s+(?:similar|equivalent)\s+)?$", re.I
)
_SAME_JOIN = re.compile(r"^[\s®™’'\"“”(\[/–-]*$")

_NAME_WORD = re.compile(r"(?:[A-Z][\w+#.&/’'-]*|[A-Z0-9][\w+]*|of|and|&|/|in|for|or)\s*[®™]?", re.UNICODE)
_LEFT_NAME = re.compile(
    r"(?:(?:[A-Z](?:[\w+#’'-]|\.(?=[a-z\d]))*[®™]?|\([A-Z][\w+ -]{0,10}\))(?:\s*[/&-]\s*"
    r"|\s+(?:(?:and|or|of|in|for|&)\s+)?))"
    r"(?:(?:[A-Z0-9](?:[\w+#’'-]|\.(?=[a-z\d]))*[®™]?|\([A-Z][\w+ -]{0,10}\))(?:\s*[/&-]\s*|\s+(?:(?:and"
    r"|or|of|in|for|&)\s+)?)){0,5}$"
)
_RIGHT_NAME = re.compile(
    r"^\s*(?:in\s+|as\s+(?:an?\s+)?)?((?:[A-Z][\w+#.’'/-]*|[A-Z0-9]{2,})(?:\s+(?:(?:and|of|in|for"
    r"|&)\s+)?(?:[A-Z][\w+#.’'/-]*|[A-Z0-9]{2,}|\([A-Z][\w -]{0,10}\))){0,6})"
)
_COMMON: Final = frozenset([
    "no", "keine", "kein", "aucune", "geen", "sin", "sem", "sans", "relevant", "professional",
    "industry", "technical", "additional", "other", "any", "current", "active", "valid",
    "appropriate", "required", "preferred", "the", "a", "an", "and", "or", "of", "in", "for",
    "necessary", "related", "applicable", "desired", "education", "experience", "license",
    "licenses", "licensure", "training", "skills", "degree", "bachelor", "strong", "minimum",
    "formal", "possess", "possession", "must", "have", "hold", "holds", "holding", "with", "your",
    "our", "we", "national", "state", "certification", "certifications", "certificate", "one",
    "more", "various", "some", "degrees", "qualifications", "bonus", "plus", "nice", "ideally",
    "preferably", "desirable", "optional", "recommended", "advanced", "multiple", "new", "key",
    "good", "great", "all", "licence", "licences", "licensures", "licencia", "licencias", "licença",
    "licenças", "lizenzen", "licenties", "permits", "registration", "registrations", "accreditation",
    "accreditations", "credentials", "titles", "qualification", "des", "les", "une", "un",
])  # fmt: skip


class _Candidate(NamedTuple):
    """A mention before its status is known."""

    start: int
    end: int
    key: str
    name: str
    cert_class: CertClass
    is_named: bool
    word: Hit | None  # the word `certif…` it was found by, if it was


class _Verdict(NamedTuple):
    status: CertStatus
    timing: CertTiming | None
    substitutable: Substitutable | None
    is_legally_mandated: bool
    cue: str
    rule: str


_OTHER: Final = _Verdict("mentioned_other", None, None, False, "", "")


def find_certifications(
    document: Document, title: str, hits: list[Hit] | None = None
) -> tuple[CertMention, ...]:
    """Return the certifications the text talks about, in order of the text.

    Args:
        document: the ad's text.
        title: the ad's title.
        hits: what `scan` found in the text, when it has been scanned already.

    Returns:
        Mentions with a status other than `none`, at most `MAX_MENTIONS`. Words that certify no person
        (`ISO 27001 certified`) give no mention.
    """
    if hits is None:
        hits = find_hits(document.text)
    if not hits:
        return ()
    candidates = _candidates(document, title, _kept(document, hits))
    mentions: list[CertMention] = []
    names: list[tuple[_Candidate, _Verdict]] = []  # of the list that is being read; the last mentions
    pending: list[_Candidate] = []  # headings, decided by what stands below them
    for candidate in candidates[:_MAX_CANDIDATES]:
        block = document.block_at(candidate.start)
        if (
            block is not None
            and block.form == "heading"
            and candidate.word is not None
            and (not candidate.is_named or _is_mixed_heading(document.text, block, candidate))
        ):
            pending.append(candidate)
            continue
        if block is not None and _is_licence_line(document.text, block, candidate):
            continue
        verdict = _judge(document, title, candidate)
        if verdict is not None:
            _append(document.text, mentions, names, candidate, verdict)
        if len(mentions) >= MAX_MENTIONS:
            break
    for candidate in pending:
        verdict = _judge_heading(document, candidate, mentions)
        if verdict is not None:
            mentions.append(_mention(document.text, candidate, verdict))
    mentions.sort(key=lambda mention: (mention.start, mention.end))
    return tuple(mentions)


def _append(
    text: str,
    mentions: list[CertMention],
    names: list[tuple[_Candidate, _Verdict]],
    candidate: _Candidate,
    verdict: _Verdict,
) -> None:
    """Append a mention; what a modal word says of one name of a list holds for its unmarked neighbours.

    Args:
        text: the ad's text.
        mentions: found so far; the last of them are those of `names`.
        names: the list that is being read.
        candidate: the mention.
        verdict: what it asks by itself.
    """
    if names and not _is_one_list(text, names[-1][0], candidate):
        names.clear()
    if names and _takes_over(verdict, names[-1][1]):
        verdict = names[-1][1]
    elif verdict.rule.startswith("modal_before"):
        for index, (name, unmarked) in enumerate(names, start=len(mentions) - len(names)):
            if _takes_over(unmarked, verdict):
                mentions[index] = _mention(text, name, verdict)
    names.append((candidate, verdict))
    mentions.append(_mention(text, candidate, verdict))


def _is_mixed_heading(text: str, block: Block, candidate: _Candidate) -> bool:
    """Say whether the `name` is but the rest of a heading: `Academic Qualifications and Certifications`."""
    return candidate.key == GENERIC and _MIXED_HEADING.search(text, block.start, block.end) is not None


# -- finding ------------------------------------------------------------------------------------------------


def _kept(document: Document, hits: list[Hit]) -> list[Hit]:
    """Drop hits in another sense: weak names without their context, methods, other meanings."""
    text = document.text
    kept: list[Hit] = []
    for index, hit in enumerate(hits):
        credential = hit.credential
        if credential is None:
            kept.append(hit)
            continue
        line_start = text.rfind("\n", 0, hit.start) + 1
        line_end = text.find("\n", hit.end)
        line_end = len(text) if line_end < 0 else line_end
        left = text[max(line_start, hit.start - 120) : hit.start]
        right = text[hit.end : min(line_end, hit.end + 120)]
        sense = _OTHER_SENSE.get(credential.key)
        if sense is not None and sense.search(left[-60:] + text[hit.start : hit.end] + right[:60]):
            continue
        has_certif = "certif" in (left + text[hit.start : hit.end] + right).lower()
        if hit.is_weak and not _has_context(text, hits, index, left, right):
            continue
        is_method = (
            _METHOD_AFTER.match(right) is not None
            or _METHOD_BEFORE.search(left) is not None
            or _METHODS_SUCH_AS.search(left) is not None
        )
        if (
            is_method
            and credential.key in _METHODS
            and not (has_certif and _EXPERIENCE_AFTER.match(right) is None)
        ):
            continue
        kept.append(hit)
    return kept


def _has_context(text: str, hits: list[Hit], index: int, left: str, right: str) -> bool:
    hit = hits[index]
    credential = hit.credential
    if credential is None or credential.context is None:
        return True
    near = _BESIDE if credential.is_licence else _NEAR
    if credential.context.search(left[-near:]) or credential.context.search(right[:near]):
        return True
    for other in (index - 1, index + 1):  # in a list with a sure name: `CSPO, CSM`
        if 0 <= other < len(hits):
            neighbour = hits[other]
            if neighbour.credential is None or neighbour.is_weak:
                continue
            gap = text[min(hit.end, neighbour.end) : max(hit.start, neighbour.start)]
            if (
                re.fullmatch(r"[\s,;/|&()•*-]*(?:or|and|oder|und|ou|et|o|y|e|of|en)?[\s,(]*", gap)
                and "\n" not in gap
            ):
                return True
    return False


def _candidates(document: Document, title: str, hits: list[Hit]) -> list[_Candidate]:
    """Join hits that name one credential and name what is left."""
    text = document.text
    candidates: list[_Candidate] = []
    head: int | None = None  # where `certifications such as` began; the first name of the list takes it in
    index = 0
    while index < len(hits):
        hit = hits[index]
        index += 1
        if hit.credential is not None and hit.credential.key == UNSPECIFIED:
            certif = re.search("certif", text[hit.start : hit.end], re.I)
            hit = Hit(hit.start + (certif.start() if certif else 0), hit.end, None, False)
        is_certif = hit.credential is not None and "certif" in text[hit.start : hit.end].lower()
        if is_certif and is_process(text[hit.end : hit.end + 60]):
            continue
        following_hit = hits[index] if index < len(hits) else None
        if _introduces(text, hit, following_hit):
            head = hit.start if hit.credential is not None else _head_start(document, title, hit)
            continue
        if hit.credential is not None:
            end = hit.end
            while index < len(hits):
                following = hits[index]
                gap = text[end : following.start]
                if following.credential is not None:
                    if following.credential.key != hit.credential.key or not _SAME_JOIN.match(gap):
                        break
                elif not _TAIL_JOIN.match(gap) or len(gap) > 45:
                    break
                end = following.end
                index += 1
            key, cert_class = hit.credential.key, hit.credential.cert_class
            start = hit.start if head is None else head
            end = _closed(text, start, end)
            name = _balanced(text[hit.start : end])
            candidates.append(_Candidate(start, end, key, name, cert_class, True, None))
            head = None
            continue
        candidate = _family_candidate(document, title, hit)
        if candidate is not None:
            candidates.append(candidate)
    return candidates


def _closed(text: str, start: int, end: int) -> int:
    """Return `end`, moved over a bracket that the words opened and the text closes there."""
    words = text[start:end]
    return end + 1 if words.count("(") > words.count(")") and text[end : end + 1] == ")" else end


_REST_OF_BRACKET = re.compile(r"[^()\n]{0,60}\)")


def _balanced(name: str) -> str:
    """Return a name without the bracket that a list left open: `… Product Owner (CSPO, PSPO)`."""
    if name.count("(") > name.count(")"):
        name = name[: name.rfind("(")].rstrip()
    return name


def _introduces(text: str, hit: Hit, following: Hit | None) -> bool:
    """Say whether `certif…` only introduces the name that follows: `certifications such as CSPO`."""
    if following is None or following.credential is None:
        return False
    if following.credential.is_unspecified and "certif" in text[following.start : following.end].lower():
        return False
    if hit.credential is not None and not hit.credential.is_unspecified:
        return False
    word = text[hit.start : hit.end].lower()
    if ("certif" not in word and "zertif" not in word) or word.endswith("ied"):
        return False
    return _HEAD_JOIN.match(text[hit.end : following.start]) is not None


def _head_start(document: Document, title: str, hit: Hit) -> int | None:
    candidate = _family_candidate(document, title, hit)
    return None if candidate is None else candidate.start


def _family_candidate(document: Document, title: str, hit: Hit) -> _Candidate | None:
    """Name the certification that a word of the family `certif…` speaks of; None when it is no person's."""
    text = document.text
    block = document.block_at(hit.start)
    if block is None:
        return None
    word = text[hit.start : hit.end]
    left = text[max(block.start, hit.start - 120) : hit.start]
    right = text[hit.end : min(block.end, hit.end + 120)]
    is_asked = document.section_at(hit.start).kind in ("required", "preferred", "neutral")
    following = text[hit.end : hit.end + 90]
    if _NEW_LINE.search(following):
        following = following[: following.index("\n")]
    if is_decoy(word, left, " ".join(following.split(None, 14)), is_asked=is_asked):
        return None
    words_left = " ".join(left.split()[-5:])
    near_right = re.split(r"[.;:,(]|\s+(?:or|and|is|are|required|preferred)\b", right, maxsplit=1)[0][:60]
    credential = credential_of_topic(_after_break(words_left), near_right)
    if credential is not None:
        start, end = _named_span(text, hit, left, right)
        key, cert_class = (
            _resolved(credential.key, title),
            CREDENTIALS[_resolved(credential.key, title)].cert_class,
        )
        return _Candidate(start, end, key, text[start:end], cert_class, True, hit)
    start, end = _named_span(text, hit, left, right)
    end = _closed(text, start, end)
    is_named = (start, end) != (hit.start, hit.end)
    cert_class = _class_of_words(text[max(block.start, start - 30) : min(block.end, end + 60)])
    if is_named:
        return _Candidate(start, end, GENERIC, _balanced(text[start:end]), cert_class, True, hit)
    return _Candidate(hit.start, hit.end, UNSPECIFIED, word, cert_class, False, hit)


_NEW_LINE = re.compile(r"^[^\n]*\n(?!\s*(?:[a-z]|Great\b))")  # a line that does not run on


def _after_break(words: str) -> str:
    return re.split(r"[.;:!?]\s|\brequired\b|\bpreferred\b", words)[-1]


def _resolved(key: str, title: str) -> str:
    """`PM certification` in a product manager's ad speaks of product management."""
    if key == "gen_project_cert" and "product" in title.lower() and "project" not in title.lower():
        return key
    return key


def _named_span(text: str, hit: Hit, left: str, right: str) -> tuple[int, int]:
    """Extend a word `certif…` over the capitalised name beside it."""
    start, end = hit.start, hit.end
    match = _LEFT_NAME.search(left)
    if match is not None:
        name_start = match.start()
        words = re.findall(r"\S+\s*", match[0])
        while words and all(part in _COMMON for part in words[0].strip(" ,/").lower().split("/")):
            name_start += len(words.pop(0))
        if words and any(
            w[:1].isalnum() and not all(part in _COMMON for part in w.strip(" ,/&").lower().split("/"))
            for w in words
        ):
            start = hit.start - (len(left) - name_start)
            cues = [cue for cue in find_cues(text, start, hit.end) if cue.end <= hit.start]
            while start < hit.start and not (text[start].isalnum() or text[start] == "("):
                start += 1
            if cues:  # `Idealerweise Zertifizierungen`: a modal word is no part of the name
                start = cues[-1].end
                while start < hit.start and not text[start].isalnum():
                    start += 1
    if text[hit.start : hit.end].lower() in (
        "certified",
        "certification",
        "certificate",
        "zertifizierter",
        "zertifizierte",
    ):
        following = _RIGHT_NAME.match(right)
        if (
            following is not None
            and following[1].split()[0].lower() not in _COMMON
            and not text[hit.start : hit.end].isupper()
        ):
            end = hit.end + following.end()
    return start, end


_CLASS_WORDS: Final[tuple[tuple[CertClass, re.Pattern[str]], ...]] = (
    ("framework_agile", re.compile(r"\bagile\b|scrum|\bSAFe\b|kanban|product\s+owner", re.I)),
    ("pm_specific", re.compile(r"product\s+manage", re.I)),
    ("project_mgmt", re.compile(r"(?:project|program(?:me)?)\s+manage|\bPMI?P?\b")),
    (
        "technical_vendor",
        re.compile(
            r"cloud|security|cyber|network|vendor|technical|\bIT\b|microsoft|azure|\baws\b|\bgcp\b"
            r"|google|oracle|linux|red\s?hat|vmware|comptia|developer"
            r"|data|software|platform|system|devops|kubernetes|java|snowflake|salesforce|\bsap\b"
            r"|dbt|boomi|zendesk|technolog|\b8570|\b8140|CI?SSP|infoblox|outsystems|sharepoint",
            re.I,
        ),
    ),
)


def _class_of_words(words: str) -> CertClass:
    return next((cert_class for cert_class, pattern in _CLASS_WORDS if pattern.search(words)), "other")


# -- deciding -----------------------------------------------------------------------------------------------

_NO_BEFORE = re.compile(
    r"\b(?:no|lacking(?:\s+such)?|without(?:\s+(?:an?|any))?|keine?|ohne|sans|sin|sem|geen|aucune?"
    r"|pas\s+d['’e]+)\s*(?:[\w/,-]+\s+){0,4}$",
    re.I,
)
# `Applications without a CSPO cannot be considered`, `No PMP, no interview`.
_WITHOUT = re.compile(
    r"\b(?:without|lacking|unless|(?:do(?:es)?\s+not|don['’]t|doesn['’]t)\s+(?:currently\s+)?(?:have|hold|possess)|ohne"
    r"|sans|sin|sem|zonder|no)\s+(?:(?!sin\b)[\w/,’'-]+\s+){0,5}$",
    re.I,
)
_REFUSED = re.compile(
    r"\b(?:cannot|can['’]t|can\s+not|will\s+not|won['’]t|not)\s+(?:\w+\s+){0,2}?(?:considered?|accept(?:ed)?|review(?:ed)?"
    r"|process(?:ed)?|progress(?:ed)?|shortlist(?:ed)?|interview(?:ed)?|proceed|taken\s+forward|be\s+eligible|apply)\b"
    r"|\b(?:ineligible|disqualif\w+|(?:be\s+)?rejected|screened\s+out|no\s+(?:interview|application|offer))\b"
    r"|nicht\s+(?:berücksichtig|bearbeit)\w+|ne\s+(?:sera|seront|pourra|pourront)\w*\s+(?:pas\s+)?(?:être\s+)?\w+"
    r"|no\s+ser[áa]n?\s+\w+|não\s+ser(?:á|ão)\s+\w+|niet\s+in\s+behandeling",
    re.I,
)
_HEDGED = re.compile(
    r"\b(?:as|if|where|when|may\s+be|might\s+be|whenever|wherever|could\s+be|(?:often|sometimes|occasionally)(?:\s+be)?)"
    r"\s+(?:applicable\s+or\s+|also\s+)?$",
    re.I,
)
_POST_HIRE = re.compile(
    r"\b(?:ability|able|willing(?:ness)?|eligible|commit(?:ment|ted)?|expected|required|have|agree"
    r"|desire|prepared|plan|open)\s+(?:and\s+(?:ability|able|willing(?:ness)?)\s+)?(?:to"
    r"|of)\s+(?:\w+\s+){0,2}?(?:obtain|attain|acquire|become|get|achieve|pursue|complete|earn|gain"
    r"|secure)\w*\b"
    r"|\bmust\s+(?:be\s+able\s+to\s+|successfully\s+)?(?:obtain|acquire|attain|earn|become|get"
    r"|achieve|complete)\b|\b(?:you\s+will|you['’]ll|incumbent\s+must|will\s+(?:need\s+to"
    r"|be\s+required\s+to))\s+(?:\w+\s+){0,2}?(?:obtain|acquire|attain|become|earn|get|complete"
    r"|pass)\b"
    r"|\b(?:or|must|to)\s+be\s+(?:obtained|acquired|completed|attained|earned)\b|\bobtain(?:ed"
    r"|able)?\b[^.;]{0,80}\bwithin\b"
    r"|\b(?:with)?in\s+(?:the\s+)?(?:your\s+)?(?:first\s+)?(?:\(?\d{1,3}\)?|an?|one|two|three|four"
    r"|six|nine|twelve|eighteen)\s*(?:\(\d+\)\s*)?(?:calendar\s+|business\s+)?(?:days?|weeks?"
    r"|months?|years?)(?:\s+(?:of|from|after|upon)\s+(?:\w+\s+){0,2}?(?:hire|hiring|employment"
    r"|start\w*|join\w*|appointment|date|onboarding))?"
    r"|\bin\s+the\s+first\s+(?:year|month|quarter|\d+)|\b(?:after|post|upon|following)[\s-](?:hire"
    r"|hiring|employment|joining|onboarding)|\btraining\s+(?:is\s+)?(?:will\s+be\s+)?provided"
    r"|\bcertification\s+training\s+is\s+required|\bwilling\s+to\s+get\s+certified"
    r"|\binnerhalb\s+von",
    re.I,
)
_WITHIN_EXPERIENCE = re.compile(r"\b(?:years?|months?)\s+(?:of\s+)?experience", re.I)
_PRE_HIRE = re.compile(
    r"\bby\s+(?:the\s+)?start\s+date|before\s+(?:start|hire|joining)|prior\s+to\s+(?:start|hire|employment)",
    re.I,
)
_OBTAIN_VERB = re.compile(
    r"obtain|attain|acquire|becom|\bget\b|achiev|pursu|earn|complet|pass|provided|after|upon|post"
    r"|must|training",
    re.I,
)

_EXPERIENCE = (
    r"(?:experience|knowledge|background|training|coursework|education(?:al)?|work|practice|expertise"
    r"|connaissances?|formations?|kenntnisse|conocimientos?|conhecimentos?|kennis|apprenticeship|skills|expérience|erfahrung|experiencia|experiência|ervaring)"
)
_DEGREE = (
    r"(?:degree|bachelor\S*|master\S*|diploma|MBA|BSc|MSc|BS|BA|Studium|diplôme|titulaci[óo]n|graduaç[ãa]o)"
)
_EQUIVALENT_AFTER = re.compile(
    rf"^(?:[^.;\n(]{{0,70}}?(?:;\s*)?\(?\s*|[^.;\n]{{0,90}}?(?=\b(?:or|oder|ou|o)\s+(?:equivalent|similar"
    rf"|comparable|related|relevant)\b))\b(?:and/or|or|oder|ou|o|of(?=\s+(?:een\s+)?(?:gelijk"
    rf"|vergelijk|ervaring)))\s+(?:an?\s+)?(?:[\w’'+-]+\s+){{0,4}}?(?:(?P<degree>{_DEGREE})"
    rf"|(?P<experience>{_EXPERIENCE}|\d+\+?\s+years))\b",
    re.I,
)
_EQUIVALENT_BEFORE = re.compile(
    rf"\b(?:(?P<degree>{_DEGREE})|(?P<experience>{_EXPERIENCE}))\b(?:(?!licen|certif"
    rf"|regist)[^.;:\n]){{0,140}}?(?:\b(?:and/or|or|oder|ou)\s+(?:an?\s+|other\s+)?(?:(?!higher"
    rf"|with|and\b|must|hold|field|discipline)[\w+/’'-]+\s+){{0,4}}|(?<=degree)/\s*)$"
    rf"|\b(?P<degree3>MBA|master\S*|bachelor\S*|degree)\b[^.;,:\n]{{0,40}}/\s*$"
    rf"|\b(?P<experience2>{_EXPERIENCE})\s+(?:\w+\s+)?in\s+(?:lieu|place)\s+of\s+(?:\w+\s+){{0,3}}$"
    rf"|\b(?P<degree2>{_DEGREE})\b[^.;:\n]{{0,90}}\bor\b[^.;:\n]{{0,40}}\bequivalent\b[^.;:\n]{{0,30}}"
    rf"(?:such\s+as"
    rf"|through|via|e\.g\.,?|and|experience,)\s+(?:\w+\s+){{0,2}}$",
    re.I,
)
# `a degree, bootcamp certificate, or equivalent`, `relevant work experience, certification, or courses`.
_AMONG_ALTERNATIVES = re.compile(
    rf"\b(?:(?P<degree>{_DEGREE})|{_EXPERIENCE})\b[^.;:\n]{{0,40}},\s*(?:[\w’'-]+\s+){{0,3}}$", re.I
)
_LAST_ALTERNATIVE = re.compile(
    r"^s?\)?(?:,\s*(?:[\w’'-]+\s+){0,3}[\w’'-]+){0,2},?\s*(?:and/or|or)\s+(?:an?\s+|other\s+|any\s+|relevant\s+|some\s+)?"
    rf"(?:equivalent\b(?!\s+certif)|similar\b(?!\s+certif)|courses?\b|coursework|bootcamps?|self[\s-]taught|{_EXPERIENCE}|{_DEGREE})",
    re.I,
)
# `certifications, hands-on training or completion of …`
_BESIDE_EXPERIENCE = re.compile(
    rf"^s?,\s*(?:[\w’'-]+\s+){{0,3}}{_EXPERIENCE}(?:,[^.;,]{{0,40}})?,?\s+(?:and/or|or)\b", re.I
)
_COMBINATION = re.compile(
    r"\bcombination\s+of\s+(?:\w+\s+){0,2}(?:education|experience|degree|training)[^.;]{0,60}$", re.I
)
_INSTEAD = re.compile(
    r"in\s+lieu\s+of|in\s+place\s+of|(?:is|are)\s+(?:considered\s+)?equivalent\s+to|counts?\s+as|(?:can|may|could|will)\s+(?:also\s+)?(?:replace|substitute"
    r"|be\s+(?:substituted|considered))|instead\s+of|such\s+as\s+technical\s+$",
    re.I,
)
_OTHER_CERT = re.compile(
    r"^[^.;\n]{0,40}?\b(?:or|oder|ou|o)\s+(?:an?\s+)?(?:equivalent|similar|comparable|related"
    r"|other|gleichwertig|équivalent|equivalente|vergelijkbaar)",
    re.I,
)
_MANDATED = re.compile(
    r"\bDoDD?\b|\b8570|\b8140|\bIA[TM]\s+(?:level\s+)?I|required\s+by\s+(?:law|statute|regulation"
    r"|the\s+state|federal)|by\s+law\b|legally\s+required|statutor",
    re.I,
)
_MAINTAIN = re.compile(
    r"\bmaintain(?:s|ing)?\s+(?!an?\b|the\b|our\b|company)(?:all\s+)?(?:(?!records?\b|products?\b|hipaa|necessary)[\w/-]+,?\s+){0,4}$",
    re.I,
)
_HOLDER = re.compile(
    r"\b(?:you|your|candidates?|applicants?|hold|holds|holding|possess\w*|have|has|having|with"
    r"|degree|experience|years?|proficien\w*|current|active|valid|obtained|completed"
    r"|one\s+or\s+more|or\s+equivalent|knowledge|hält|verfügst|besitz\w*|vous|titulaire"
    r"|certified)\b",
    re.I,
)
_HOLDS = re.compile(r"\b(?:hold|holds|holding|possess\w*|your|you\s+have|current|active|valid)\b", re.I)
# Enablement work: certifications of the people whom the role trains.
_TEACHING = re.compile(
    r"\btrain(?:s|ings?)?\b|enablement|onboarding|playbook|courses?\b|workshop|curricul|\bcoach"
    r"|learning|office\s+hours|badg",
    re.I,
)
_LICENCE_BODY = re.compile(r"licen[sc]|registered\s+nurse|\bRN\b|driver|\bbar\b", re.I)
_REGISTERED = re.compile(
    r"\bmust\s+be\s+(?:an?\s+)?(?:currently\s+)?(?:registered|certified)|registry|certif", re.I
)
# A heading whose break was lost: `Education and Certifications Bachelor's degree required`.
_LOST_HEADING = re.compile(r"\b(?:Education|Degrees?|Qualifications|Experience)\s*(?:and|&|,|/)\s*$", re.I)
_DEGREE_NEXT = re.compile(
    r"^\s*:?\s*(?:Bachelor|Master|High\s+[Ss]chool|Undergrad|Degree|None|N/A|B\.?[SA]\b|Associate)"
)
# People who offer themselves: `Certified data engineer with 5 years … I can help you`.
_FIRST_PERSON = re.compile(
    r"\bI(?:['’]m|['’]ve|\s+(?:am|have|can|excel|specialize|bring|offer|hold|help))\b|\bmy\s+(?:expertise|experience|skills|career"
    r"|background|work|clients|portfolio|services)\b|\b(?:hire|choose|contact)\s+me\b",
)


def _is_profile(text: str, candidate: _Candidate) -> bool:
    """Say whether the text is a person's profile, no employer's ad."""
    around = text[max(0, candidate.start - 500) : candidate.end + 500]
    return len({match[0].lower() for match in _FIRST_PERSON.finditer(around)}) >= 2 or (
        candidate.start <= _PROFILE_START
        and "certified" in candidate.name.lower()
        and _PROFILE.match(text, candidate.start) is not None
    )


_PROFILE_START = 40  # characters
_PROFILE = re.compile(
    r"(?![^.\n]*\b(?:needed|required|wanted|sought|to\s+join)\b)[^.\n]{0,80}\bwith\s+(?:over\s+|extensive\s+|more\s+than\s+|\d|expertise|cloud|hands|experience|a\s+proven)",
    re.I,
)


# `License/Certification:Driver's License (Required)`
_LICENCE_AFTER = re.compile(r"^s?:\s*(?:(?!certif)[\w’'.]+\s+){0,2}(?:driver|licen[sc]|lisc|RN\b)", re.I)
# `Certifications: none`, `Certifications – N/A`
_NONE_AFTER = re.compile(
    r"^\s*(?:and\s+licen[sc]es?\s*)?[:–—-]\s*(?:n/?a\b|none\b|no\s+(?:certif|licen|specific)|not\s+(?:req|nec|app))",
    re.I,
)
# A heading that names more than certifications says nothing of them by itself.
_MIXED_HEADING = re.compile(r"education|experience|skills?\b|qualification|knowledge|degree|training", re.I)
_NONE_BODY = re.compile(r"^\W*(?:none|n/?a|not\s+(?:required|applicable)|no\b)", re.I)

# What the candidate did, not what they hold: `you built onboarding and certifications`.
_PAST_WORK = re.compile(
    r"\b(?:built|created|developed|designed|supported|reinforc\w+|scaled|launched|delivered|implemented|rolled\s+out"
    r"|building|creating|developing|designing|managing)\b[^.;]{0,100}$",
    re.I,
)
# Qualifications that follow duties without a heading of their own.
_AMONG_QUALIFICATIONS = re.compile(
    r"\b(?:degree|bachelor\S*|years?\s+(?:of\s+)?(?:\w+\s+)?experience|diploma)\b", re.I
)

_BARE_LEAD = re.compile(
    r"\W*(?:(?:associate|professional|specialty|foundations?|practitioner|expert|advanced|levels?|or|and)\W+){0,5}(?:(?:as|is|are|a|an|this|which|strongly|highly|ist|est)\W+){0,3}",
    re.I,
)
_NAMES_SOMETHING = re.compile(r"certif|licen[sc]|degree|diploma|experience|[A-Z]{3}")
_MAYBE = re.compile(r"\b(?:may|might|could)\s+(?:also\s+)?be\s+$", re.I)
_MUST_OBTAIN = re.compile(
    r"\bmust\s+be\s+(?:willing|able)\s+to\s+(?:get|become|obtain)|\bmust\s+(?:obtain|become|get)\b", re.I
)
_LABEL = re.compile(r"[\w/&, .]{0,40}\b(?:certif\w*|licen\w*)[\w/&, .]{0,25}(?::|\s[-–]\s)", re.I)
_ASIDE_AFTER = re.compile(
    r"[ \t]*(?:\([^()\n]{3,30}\)|(?:(?:this|it)\s+is\s+)?(?:not\s+"
    r"(?:required|mandatory|necessary|essential)\b[^.\n]{0,40}|preferred|desirable|optional|(?:a\s+)?(?:nice\s+to\s+have|plus|bonus))\.)",
    re.I,
)
_SHORT_LINE = 160  # characters; a line up to this long reads as an item of a list
_MAX_CLAUSE = 330  # characters
_LONG_SENTENCE = 1000  # characters; segments cuts sentences at 1200
_CUT_SENTENCE = 140  # characters read on behind a mention where a sentence was cut for its length

_ASKS_NOTHING: Final = frozenset(["benefits", "pay", "company", "process", "legal", "form"])


# What stands between two names of one list: separators, unlisted names, levels.
_LIST_GAP = re.compile(
    r"[ ,/|&()•*®™’'–-]*(?:(?:and/or|and|or|oder|und|et|ou|y|e|etc\.?|such\s+as|including|like"
    r"|[A-Z][\w+&/®™’'-]*|\d[\w-]*)[ ,/|&()•*®™–-]*){0,8}"
)
_UNMARKED_RULES = ("bare_item", "bare_among_duties", "section_", "prose")
_MARKED_RULES = ("modal_", "or_", "use_", "negated", "preferred_", "refused_")
_MAX_LIST_GAP = 90  # characters


def _is_one_list(text: str, first: _Candidate, second: _Candidate) -> bool:
    """Say whether nothing but separators and other names stands between two names."""
    gap = text[first.end : second.start]
    return len(gap) <= _MAX_LIST_GAP and _LIST_GAP.fullmatch(gap) is not None


def _takes_over(verdict: _Verdict, neighbour: _Verdict) -> bool:
    """Say whether a name without a modal word of its own takes over what its list says."""
    return verdict.rule.startswith(_UNMARKED_RULES) and neighbour.rule.startswith(_MARKED_RULES)


def _cue_in_head(text: str, candidate: _Candidate) -> Cue | None:
    """Return the modal word between a list's head and its first name: `certifications preferred: PMP`."""
    name_start = text.find(candidate.name, candidate.start, candidate.end)
    cues = find_cues(text, candidate.start, name_start) if name_start > candidate.start else []
    return cues[0] if cues else None


def _is_weakly_held(text: str, cue: Cue, kind: SectionKind) -> bool:
    """Say whether `holds` or `possession of` only fills a line of a list of pluses."""
    return kind == "preferred" and text[cue.start : cue.end].lower().startswith(("hold", "possession"))


def _speaks_of_others(
    text: str, title: str, candidate: _Candidate, cue: Cue | None, left: str, right: str
) -> bool:
    """Say whether others than the candidate are certified: `certified engineers required`, `our CPAs`."""
    if _is_attribute(text, candidate):
        return others_noun(left, right, title)
    words = text[candidate.end - 2 : candidate.end]
    return cue is None and len(words) == 2 and words[0].isupper() and words[1] == "s" and not is_wanted(left)


def _judge(document: Document, title: str, candidate: _Candidate) -> _Verdict | None:
    """Decide what a mention asks; None when it turns out to be no person's certification."""
    text = document.text
    sentence = document.sentence_at(candidate.start)
    sentence = _widened(document, _unwrapped(document, sentence, candidate), candidate)
    clause = _clause(text, sentence, candidate)
    kind = _kind_at(document, candidate)
    left, right = text[sentence.start : candidate.start], text[candidate.end : sentence.end]
    mandated = _MANDATED.search(text[sentence.start : sentence.end]) is not None

    cue = governing_cue(text, clause, Span(candidate.start, candidate.end)) or _cue_in_head(text, candidate)
    if cue is not None and cue.firmness == "required" and _MAYBE.search(text, clause.start, cue.start):
        return _OTHER._replace(cue="hedged", rule="may_be_required")
    if cue is not None and (_is_hedged(text, clause, cue) or _is_weakly_held(text, cue, kind)):
        cue = None
    if not candidate.is_named and _is_licence_or_heading(left, right):
        return None
    if _speaks_of_others(text, title, candidate, cue, left, right):
        return _OTHER._replace(cue="third_party", rule="use_third_party")
    if _is_profile(text, candidate):
        return _OTHER._replace(cue="others", rule="use_profile")
    denied = _denied(text, sentence, cue, left, right)
    if denied is not None:
        return denied._replace(is_legally_mandated=mandated and denied.status != "mentioned_other")

    timing = _timing(text, sentence, clause, candidate)
    is_past = _is_attribute(text, candidate)
    before = text[max(0, candidate.start - 260) : candidate.start]
    near = _near(text, clause, candidate)
    around = _near(text, sentence, candidate)
    use = other_use(
        near, around, left[-200:], right[:160], before, is_past=is_past, is_named=candidate.is_named
    )
    if use is not None and not _overrides(use, cue, candidate, kind, timing, left):
        return _Verdict("mentioned_other", None, None, False, use, f"use_{use}")

    substitutable = _substitutable(text, clause, candidate)
    if substitutable in ("experience", "degree"):
        return _Verdict("preferred", timing, substitutable, mandated, "equivalent", f"or_{substitutable}")
    if cue is not None:
        return _Verdict(
            _status_of(cue), timing, substitutable, mandated, "modal", f"modal_{cue.reach}_{cue.firmness}"
        )
    if kind == "neutral" and _PRE_HIRE.search(right):
        return _Verdict("required", timing, substitutable, mandated, "modal", "before_start")
    if timing == "post_hire" and kind not in _ASKS_NOTHING:
        is_soft = kind == "preferred" or any(
            c.firmness == "preferred" for c in find_cues(text, clause.start, clause.end)
        )
        status: CertStatus = "preferred" if is_soft else "required"
        return _Verdict(status, timing, substitutable, mandated, "modal", "to_be_obtained")
    bare = _Verdict("listed", timing, substitutable, mandated, "unmarked", "bare_item")
    return _by_section(document, candidate, kind, left, near, bare)


def _is_hedged(text: str, clause: Span, cue: Cue) -> bool:
    """Say whether a demand stands under a condition: `certifications as required`, `often required`."""
    return (
        cue.firmness == "required"
        and _HEDGED.search(text[max(clause.start, cue.start - 14) : cue.start]) is not None
    )


def _is_licence_or_heading(left: str, right: str) -> bool:
    """Say whether an unnamed `certification` only introduces a licence, or a degree below a lost heading."""
    return _LICENCE_AFTER.match(right) is not None or (
        _LOST_HEADING.search(left) is not None and _DEGREE_NEXT.match(right) is not None
    )


def _denied(text: str, sentence: Span, cue: Cue | None, left: str, right: str) -> _Verdict | None:
    """Decide a mention in the negative: none asked, or nobody taken without it; None without negation."""
    if _NONE_AFTER.match(right):
        return _OTHER._replace(cue="negated", rule="none_after")
    if _WITHOUT.search(left[-60:]) and _REFUSED.search(text, sentence.start, sentence.end):
        return _Verdict("required", "at_hire", None, False, "modal", "refused_without")
    if not _NO_BEFORE.search(left[-60:]) and (cue is None or cue.firmness != "negated"):
        return None
    if _MUST_OBTAIN.search(text, sentence.start, sentence.end):
        return _Verdict("required", "post_hire", None, False, "modal", "not_yet_but_must_obtain")
    if any(other.firmness == "preferred" for other in find_cues(text, sentence.start, sentence.end)):
        return _Verdict("preferred", "at_hire", None, False, "modal", "preferred_not_required")
    return _OTHER._replace(cue="negated", rule="negated")


def _kind_at(document: Document, candidate: _Candidate) -> SectionKind:
    """Return what the mention's passage is about: its line's own label (`Bonus: PMP`) or its section."""
    block = document.block_at(candidate.start)
    if block is not None and block.start < block.run_in_end <= candidate.start:
        label = heading_kind(document.text[block.start : block.run_in_end].strip(" *_:"))
        if label in ("required", "preferred", "benefits", "pay"):
            return label
    return document.section_at(candidate.start).kind


def _near(text: str, span: Span, candidate: _Candidate) -> str:
    """Return the words around a mention within `span`: all of it, unless it has no end (lost punctuation)."""
    if span.end - span.start <= _MAX_CLAUSE:
        return text[span.start : span.end]
    return text[max(span.start, candidate.start - 60) : min(span.end, candidate.end + 25)]


def _unwrapped(document: Document, sentence: Span, candidate: _Candidate) -> Span:
    """Join a sentence that line breaks of a fixed width, or an ellipsis, cut into pieces."""
    text, blocks = document.text, document.blocks
    start, end = sentence.start, max(sentence.end, candidate.end)
    index = document.block_index_at(candidate.start)
    block = blocks[index]
    if end >= block.end and index + 1 < len(blocks) and _wraps(text, block, blocks[index + 1]):
        end = document.sentence_at(blocks[index + 1].start).end
    if start <= block.start and index > 0 and _wraps(text, blocks[index - 1], block):
        start = document.sentence_at(blocks[index - 1].end - 1).start
    if end - start > _LONG_SENTENCE and end < block.end and end - candidate.end < _CUT_SENTENCE:
        end = min(block.end, candidate.end + _CUT_SENTENCE)  # cut for its length alone
    elif start - block.start > 8 and text[start - 8 : start].rstrip().endswith(("...", "…")):
        start = document.sentence_at(start - 8).start
    return Span(start, end)


_RUNS_ON = re.compile(
    r"(?:of|and|or|in|to|for|with|the|an?|by|from|is|are|on|at|as|that|which|issued|required|preferred|desired)\b"
)


def _wraps(text: str, block: Block, following: Block) -> bool:
    """Say whether a line runs on into the next."""
    return (
        "heading" not in (block.form, following.form)
        and following.form == "text"
        and _RUNS_ON.match(text, following.start) is not None
        and text[block.end - 1].isalnum()
        and text[block.end : following.start].count("\n") == 1
        and block.end - block.start > 50
    )


def _widened(document: Document, sentence: Span, candidate: _Candidate) -> Span:
    """Add what belongs to a sentence although a full stop parts it from it."""
    text = document.text
    block = document.block_at(candidate.start)
    if block is not None and not candidate.is_named and _LABEL.match(text, block.start, block.end):
        return Span(
            sentence.start, max(sentence.end, block.end)
        )  # `Certification/License, etc. - PMP desirable`
    aside = _ASIDE_AFTER.match(text, sentence.end)  # `FPC certification. (nice to have)`
    return sentence if aside is None else Span(sentence.start, aside.end())


_PAID = re.compile(
    r"\b(?:cover(?:s|ing)?|pay(?:s|ing)?\s+for|reimburs\w+|fund(?:s|ing)?|sponsor\w*|costs?\s+of|budget\s+for)\b[^.;]{0,40}$",
    re.I,
)


def _overrides(
    use: str,
    cue: Cue | None,
    candidate: _Candidate,
    kind: SectionKind,
    timing: CertTiming | None,
    left: str,
) -> bool:
    """Say whether a demand stands although the clause also talks of a benefit or the like."""
    if use in ("pay", "form", "boilerplate", "others"):
        return False
    if kind in ("benefits", "pay"):
        return cue is not None and cue.firmness == "required" and cue.reach == "before"
    if use == "benefit" and _PAID.search(left[-70:]):
        return False
    if cue is not None and kind in ("required", "preferred", "neutral"):
        return True
    is_near = cue is not None and (
        cue.start - candidate.end < 40 if cue.reach == "before" else candidate.start - cue.end < 60
    )
    if timing == "post_hire" and use in ("benefit", "growth"):
        return True
    return is_near or (kind in ("required", "preferred", "neutral") and use == "growth")


def _status_of(cue: Cue) -> CertStatus:
    return "required" if cue.firmness == "required" else "preferred"


def _by_section(
    document: Document, candidate: _Candidate, kind: SectionKind, left: str, clause: str, bare: _Verdict
) -> _Verdict | None:
    """Decide a mention without modal word by the section it stands in.

    Args:
        document: the ad's text.
        candidate: the mention.
        kind: what its section is about.
        left: what stands before it in its sentence.
        clause: the words around it.
        bare: the verdict on a bare item of a neutral list.

    Returns:
        The verdict, or None when it turns out to be no person's certification.
    """
    is_listed_name = candidate.is_named and candidate.key != GENERIC
    if kind in ("neutral", "required") and not candidate.is_named and _PAST_WORK.search(left[-120:]):
        return None
    if kind in _ASKS_NOTHING or kind == "success":
        if candidate.is_named or candidate.word is None or kind in ("benefits", "pay"):
            return _OTHER._replace(cue="section", rule=f"section_{kind}")
        return None
    if kind == "required" or kind == "preferred":
        return bare._replace(status=kind, cue="section", rule=f"section_{kind}")
    if kind == "responsibilities" and not _AMONG_QUALIFICATIONS.search(clause):
        return _among_duties(document, candidate, left, clause, bare)
    block = document.block_at(candidate.start)
    is_item = block is not None and (block.form == "bullet" or block.end - block.start <= _SHORT_LINE)
    if kind in ("none", "other", "conditions") and not (is_item or _HOLDER.search(clause)):
        return _OTHER._replace(cue="subject", rule="prose") if is_listed_name else None
    if kind in ("none", "other") and is_subject(left[-100:]):
        return None
    return bare


def _among_duties(
    document: Document, candidate: _Candidate, left: str, clause: str, bare: _Verdict
) -> _Verdict | None:
    """Decide a mention without modal word among the role's duties."""
    if _MAINTAIN.search(left[-60:]) and (
        candidate.is_named or not candidate.name.lower().startswith("certificate")
    ):
        return bare._replace(status="required", cue="maintain", rule="maintain_certification")
    if is_subject(left[-100:]) or not (candidate.is_named and _HOLDER.search(clause)):
        is_listed_name = candidate.is_named and candidate.key != GENERIC
        sentence = document.sentence_at(candidate.start)
        if is_listed_name or _TEACHING.search(_near(document.text, sentence, candidate)):
            return _OTHER._replace(cue="subject", rule="duty_about_certification")
        return None
    if candidate.key == GENERIC and not _HOLDS.search(clause):
        return None
    return bare._replace(rule="bare_among_duties")


def _judge_heading(document: Document, candidate: _Candidate, mentions: list[CertMention]) -> _Verdict | None:
    """Decide `Certifications` in a heading by what stands below it."""
    text = document.text
    index = document.block_index_at(candidate.start)
    block = document.blocks[index]
    below = _below(document, index)
    if not below:
        return None
    body = Span(below[0].start, below[-1].end)
    words = text[body.start : body.end]
    if _NONE_BODY.match(words):
        return _Verdict("mentioned_other", None, None, False, "negated", "heading_none")
    inside = [mention for mention in mentions if body.start <= mention.start < body.end]
    if not inside and _MIXED_HEADING.search(text, block.start, block.end) and "certif" not in words.lower():
        return None
    cues = find_cues(text, block.start, block.end)
    if cues:
        firm = cues[0].firmness
        if firm == "negated":
            return _Verdict("mentioned_other", None, None, False, "negated", "heading_negated")
        if inside or not _LICENCE_BODY.search(words):
            return _Verdict(
                "required" if firm == "required" else "preferred",
                "at_hire",
                None,
                False,
                "modal",
                "heading_modal",
            )
    if inside:
        first = inside[0]
        return _Verdict(
            first.status, first.timing, None, first.is_legally_mandated, first.cue, "heading_content"
        )
    if _LICENCE_BODY.search(words) and not _REGISTERED.search(words):
        return None
    kind = document.section_at(candidate.start).kind
    if kind in _ASKS_NOTHING or kind in ("responsibilities", "success"):
        return None
    found = find_cues(text, body.start, min(body.end, body.start + 200))
    if found and found[0].firmness != "negated":
        return _Verdict(_status_of(found[0]), "at_hire", None, False, "modal", "heading_content_modal")
    if kind in ("required", "preferred"):
        return _Verdict(kind, "at_hire", None, False, "section", f"heading_{kind}")
    return None


def _is_licence_line(text: str, block: Block, candidate: _Candidate) -> bool:
    """Say whether `License/Certification:` introduces nothing but a licence."""
    if candidate.is_named or not candidate.end <= block.run_in_end:
        return False
    body = text[block.run_in_end : block.end]
    return (
        _LICENCE_BODY.search(body) is not None
        and "certif" not in body.lower()
        and _REGISTERED.search(body) is None
    )


def _below(document: Document, index: int) -> list[Block]:
    blocks: list[Block] = []
    for position, block in enumerate(document.blocks[index + 1 : index + 7]):
        if block.form == "heading" and (
            position > 0 or "certif" not in document.text[block.start : block.end].lower()
        ):
            break
        blocks.append(block)
    return blocks


def _clause(text: str, sentence: Span, candidate: _Candidate) -> Span:
    """Return the candidate's clause; a neighbour that is nothing but a modal phrase belongs to it."""
    clauses = split_clauses(text, sentence.start, sentence.end)
    index = next((i for i, clause in enumerate(clauses) if candidate.start < clause.end), len(clauses) - 1)
    start, end = clauses[index].start, max(clauses[index].end, candidate.end)
    if index + 1 < len(clauses):
        following = clauses[index + 1]
        cues = find_cues(text, following.start, min(following.end, following.start + 60))
        if cues and _BARE_LEAD.fullmatch(text, following.start, cues[0].start):
            end = following.end if following.end - following.start <= 40 else cues[0].end
    if index > 0:
        previous = clauses[index - 1]
        cues = find_cues(text, max(previous.start, previous.end - 60), previous.end)
        if (
            cues
            and previous.end - previous.start <= 45
            and len(text[previous.start : previous.end].split()) <= 6
            and _NAMES_SOMETHING.search(
                text[previous.start : cues[-1].start] + text[cues[-1].end : previous.end]
            )
            is None
        ):
            start = previous.start
    return Span(start, end)


def _timing(text: str, sentence: Span, clause: Span, candidate: _Candidate) -> CertTiming:
    words = _near(text, sentence, candidate)
    if _PRE_HIRE.search(words):
        return "at_hire"
    for match in _POST_HIRE.finditer(words):
        if _WITHIN_EXPERIENCE.search(words[match.start() : match.end() + 20]):
            continue
        if (
            match[0][:2].lower() in ("wi", "in")
            and not _OBTAIN_VERB.search(words)
            and "of" not in match[0]
            and "from" not in match[0]
            and "requir" not in words
        ):
            continue
        return "post_hire"
    del candidate
    return "at_hire"


def _is_attribute(text: str, candidate: _Candidate) -> bool:
    return re.search(
        r"(?:certified|zertifiziert\w*|certifi[ée]e?s?|certificad[oa]s?|gecertificeerd\w*)$",
        text[candidate.start : candidate.end],
        re.I,
    ) is not None or (
        candidate.word is not None and text[candidate.word.start : candidate.word.end].lower().endswith("ed")
    )


def _substitutable(text: str, clause: Span, candidate: _Candidate) -> Substitutable | None:
    left, right = text[clause.start : candidate.start], text[candidate.end : clause.end]
    if clause.end - clause.start > _MAX_CLAUSE:  # lost punctuation: a clause has no end
        left, right = left[-110:], right[:_NEAR]
    after = _EQUIVALENT_AFTER.match(right)
    if after is not None and not re.search(
        r"\brequired\b|\bpreferred\b|,\s*and\b",
        right[: after.start("experience") if after["experience"] else after.start("degree")],
    ):
        return "degree" if after["degree"] else "experience"
    before = _EQUIVALENT_BEFORE.search(left[-220:])
    if before is not None:
        return "degree" if before["degree"] or before["degree2"] or before["degree3"] else "experience"
    if _COMBINATION.search(left):
        return "experience"
    if _BESIDE_EXPERIENCE.match(right):
        return "experience"
    if re.search(r"\b(?:degree|diploma)\b", candidate.name, re.I) and " and " not in candidate.name:
        return "degree"
    among = _AMONG_ALTERNATIVES.search(left[-160:])
    if among is not None and _LAST_ALTERNATIVE.match(right):
        return "degree" if among["degree"] else "experience"
    if _INSTEAD.search(right[:80]):
        return "degree" if re.search(_DEGREE, left + right, re.I) else "experience"
    if (
        _OTHER_CERT.match(right)
        or re.search(r"\b(?:or|/)\s*$|,\s*$", left[-5:])
        or re.match(r"^\s*(?:,|/|or\b|oder\b|ou\b)", right)
    ):
        return "other_cert"
    return None


def _mention(text: str, candidate: _Candidate, verdict: _Verdict) -> CertMention:
    end = candidate.end
    words = text[candidate.start : end]
    if words.count("(") > words.count(")") and (rest := _REST_OF_BRACKET.match(text, end)):
        end = rest.end()  # `Certified Scrum Product Owner (CSPO, PSPO)`: evidence does not end within it
    end = min(end, candidate.start + _MAX_QUOTE)
    return CertMention(
        key=candidate.key,
        name=candidate.name[:_MAX_QUOTE],
        cert_class=candidate.cert_class,
        status=verdict.status,
        timing=verdict.timing if verdict.status in CERT_STRENGTH[:3] else None,
        substitutable=verdict.substitutable,
        is_legally_mandated=verdict.is_legally_mandated,
        cue=verdict.cue,
        rule=verdict.rule,
        quote=text[candidate.start : end],
        start=candidate.start,
        end=end,
    )
