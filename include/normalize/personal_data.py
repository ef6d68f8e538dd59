"""Mail addresses, telephone numbers and names of contact persons are taken out of a text before it is stored.

Names are taken out only where the words around them say that they are a contact ("Your contact: …", "reach
out to … at …") or where a mail address in the same text spells them; other names (founders, clients,
products) stay. RE2 looks for all of them in one pass, in time linear in the text: no text can make it slow.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

import re2

REMOVED: Final = "[removed]"
"""Stands where personal data stood."""

# Against robots people write `jane [at] acme dot com`, `jane - at - acme.com`, `jane at acme dot com`.
_AT = r"\s?(?:@|[(\[{<~\"'*]\s?(?i:at|@)\s?[)\]}>~\"'*]|\s[-–]\s?(?i:at)\s?[-–]\s)\s?"
_DOT = r"(?:\.|\s?[(\[]\.[)\]]\s?|[\s(\[{<~\"'*–-]{1,3}(?i:dot)[\s)\]}>~\"'*–-]{1,3})"
_AT_IN_WORDS, _DOT_IN_WORDS = r"\s(?i:at)\s", r"\s(?:dot|DOT)\s"
_LOCAL = r"[\w.+%'-]{1,64}"
_MAIL = re2.compile(
    rf"(?:mailto:)?{_LOCAL}{_AT}[\w-]{{1,63}}(?:{_DOT}[\w-]{{1,63}}){{1,5}}"
    # Twice: "mail me at jane dot doe at acme dot com" begins too early, and must not end too early.
    rf"|{_LOCAL}(?:{_DOT_IN_WORDS}[\w-]{{1,63}}){{0,2}}"
    rf"(?:{_AT_IN_WORDS}[\w-]{{2,63}}(?:{_DOT_IN_WORDS}[a-zA-Z]{{2,24}}){{1,3}}){{1,2}}\b"
)
_MAIL_AFTER_CUE = re2.compile(
    r"(?i:\b(?:(?:e-?mails?|write|resumes?|résumés?|cvs?|contact|reach)\b[^\n.]{0,40}?(?:\b(?:at|to)|[:(])"
    rf"|e-?mail))\s({_LOCAL}{_AT_IN_WORDS}(?:[\w-]{{2,63}}\.){{1,4}}[a-z]{{2,24}})\b"
)
"""Where a word for writing says that `jane at acme.com` is no visit to a website; group 1 is the address."""
_NO_LOCAL_PART = frozenset(
    ["me", "us", "out", "him", "her", "them", "you", "directly", "more", "online", "apply", "now"]
)
_MAIL_NAME = re.compile(r"([a-zà-ÿ]{2,})[._-]([a-zà-ÿ]{2,})", re.IGNORECASE)
_TWO_WORDS = re.compile(r"\b(?=([a-zà-ÿ]{2,})\s+([a-zà-ÿ]{2,})\b)", re.IGNORECASE)

_PHONE = re2.compile(
    r"(?:\+|\b00)[1-9]\d{0,2}[ ()./-]{0,3}\d[\d ()./-]{5,16}\d"  # international
    r"|\(\d{3}\)[ .-]?\d{3}[ .-]\d{4}\b"  # (555) 010-0199
    r"|\b\d{3}[.-]\d{3}[.-]\d{4}\b"  # 555-010-0199
    r"|\b0[1-9](?:[ .-]\d{2}){4}\b"  # 01 99 00 12 34
    r"|\b0\d{2,4}[ /-]{1,3}\d{3,4}[ /-]?\d{3,5}\b"  # 030 / 901820
    r"|(?i:\b(?:tel|phone|telephone|telefon|téléphone|teléfono|telefone|mobile|mobil|cell|handy|whatsapp|fax"
    r"|call|text))"
    r"(?i:(?: us| me)?(?: at| on|nummer| number| no)?)[.:]{0,2} {0,2}[+(]?\d[\d ()./-]{5,16}\d"
)
_DIGITS = re.compile(r"\d")
_AMOUNT_BEFORE = re.compile(r"(?:\d[ .,’']?|[$€£] ?)\Z")

_TITLES = r"(?:(?:Mr|Mrs|Ms|Dr|Prof|Frau|Herrn?|Mme|M|Sr|Sra|Dhr|Mevr)\.? )?(?:Dr\. )?"
_SURE_TITLES = r"(?:(?:Mr|Mrs|Ms|Dr|Prof|Frau|Herrn?|Mme|Sra|Dhr|Mevr)\.? |M\. ){1,3}"
"""Before these stand names of persons alone, so that one word is a name."""
_UPPER, _LOWER = "A-ZÀ-ÖØ-ÞŁŚŻČŠŽ", "a-zà-öø-ÿłśżčšžěřůńęąćğışő"
_NAME_PART = rf"[{_UPPER}][{_LOWER}]+(?:[{_UPPER}][{_LOWER}]+)?"  # also McDonald
_NAME_WORD = rf"(?:[{_UPPER}]['’])?{_NAME_PART}(?:-{_NAME_PART})?"
_PARTICLES = r"(?: (?:van|von|de|der|den|da|di|del|la|le|el|bin|ten|ter|zu)){0,2}"
_FIRST, _REST = rf"{_NAME_WORD}(?: [A-Z]\.)?", rf"{_PARTICLES}(?: {_NAME_WORD}){{1,2}}"
_NAME = rf"(?:{_SURE_TITLES}{_FIRST}(?:{_REST})?|{_TITLES}{_FIRST}{_REST})"
_LABELS = (
    r"(?:(?:your |main |key |recruiting |hr |hiring |application )?contact(?: person)?|recruiter"
    r"|recruiting (?:partner|manager)|hiring manager"
    r"|talent (?:partner|acquisition (?:partner|specialist|manager))|posted by"
    r"|(?:ihre? |deine? )?ansprech(?:partner(?:[:*]?in)?|person)|kontakt(?:person(?:er)?)?|rekryterare"
    r"|rekryterande chef|contactpersoon|personne à contacter|(?:votre |ton )?contact(?: rh)?"
    r"|persona de contacto|contacto|contato|referente)"
)
_LABELLED_NAME = re2.compile(
    rf"\b(?i:{_LABELS})(?i: for (?:this|the) (?:role|position|job))?\s?(?:[:–-]|\bis\b|\bist\b"
    rf"|\bär\b)\s{{0,3}}({_NAME})"
)
_ADDRESSED_NAME = re2.compile(
    r"(?i:\b(?:contact|reach out (?:directly )?to|get in touch with|speak (?:to|with)|e-?mail|write to"
    r"|connect with|questions? (?:to|for)|apply (?:directly )?(?:to|with)"
    r"|(?:cv|resume|résumé|application)s? to|attention(?: of)?|attn"
    r"|wende(?:n)? (?:sie )?(?:dich |sich )?(?:bitte )?an|bewerbung an|kontaktieren sie|contacter"
    r"|contacte[rz]?|contactar (?:a|con)|contacta (?:a|con)|kontakta|neem contact op met|contatta(?:re)?)):? "
    rf"({_NAME})(?:\s?[,(]|\s(?:at|via|on|by|under|unter|per|par|på|op|directly|with|for|if"
    rf"|[(\[–-])|[.:]|\s?\[|$)"
)
# fmt: off
_NOT_A_NAME = frozenset([
    "talent", "human", "resources", "recruiting", "recruitment", "team", "support", "people",
    "acquisition", "operations", "customer", "client", "department", "office", "us", "our", "the", "hr",
    "services", "service", "management", "manager", "product", "candidate", "accommodation",
    "accommodations", "equal", "opportunity", "employment", "careers", "career", "jobs", "legal",
    "privacy", "data", "protection", "information", "center", "centre", "group", "university", "hiring",
    "global", "benefits", "company", "partner", "help", "desk", "technologies", "technology", "solutions",
    "systems", "labs", "bank", "health", "security", "new", "north", "south", "san", "los", "email",
    "phone", "location", "director", "head", "engineering", "sales", "marketing", "list", "info", "lead",
    "research", "senior", "copywriter", "details", "form", "page", "questions", "employee", "relations",
    "staffing", "associates",
])
# fmt: on


def _cue_set() -> re2.Set:
    cues = re2.Set.SearchSet()
    for pattern in (
        rf"{_AT}|{_AT_IN_WORDS}[\w-]{{2,63}}{_DOT_IN_WORDS}",
        _MAIL_AFTER_CUE.pattern,
        _PHONE.pattern,
        _LABELLED_NAME.pattern,
        _ADDRESSED_NAME.pattern,
    ):
        cues.Add(pattern)
    cues.Compile()
    return cues


_CUES = _cue_set()
_MAIL_CUE, _SPELLED_MAIL_CUE, _PHONE_CUE, _LABEL_CUE, _ADDRESS_CUE = range(5)


def remove_personal_data(text: str) -> str:
    """Return the text with `[removed]` in place of mail addresses, telephone numbers and contacts' names.

    Pay figures, dates, year ranges and ids stay. Applying it twice changes nothing.
    """
    cues = _CUES.Match(text)
    if not cues:
        return text
    mails: list[str] = []
    if _MAIL_CUE in cues:
        found = list(_MAIL.finditer(text))
        mails = [match[0] for match in found]
        text = _replace_spans(text, [match.span() for match in found])
    if _SPELLED_MAIL_CUE in cues:
        spelled = [match.span(1) for match in _MAIL_AFTER_CUE.finditer(text) if _has_local_part(match[1])]
        mails += [text[start:end] for start, end in spelled]
        text = _replace_spans(text, spelled)
    if _PHONE_CUE in cues:
        text = _replace_spans(
            text, [match.span() for match in _PHONE.finditer(text) if _is_phone(text, *match.span())]
        )
    for cue, pattern in ((_LABEL_CUE, _LABELLED_NAME), (_ADDRESS_CUE, _ADDRESSED_NAME)):
        # A mail address that went may have been what ended the name: look again.
        if cue in cues or mails:
            spans = [match.span(1) for match in pattern.finditer(text) if _is_person(match[1])]
            text = _replace_spans(text, spans)
    return _remove_names_of_mails(text, mails) if mails else text


def _has_local_part(address: str) -> bool:
    return address.split()[0].lower() not in _NO_LOCAL_PART


def _is_phone(text: str, start: int, end: int) -> bool:
    if _AMOUNT_BEFORE.search(text, max(0, start - 3), start):
        return False  # "$125 000 - 145 000": the search began inside an amount
    return 7 <= len(_DIGITS.findall(text, start, end)) <= 15


def _is_person(name: str) -> bool:
    return not any(word.strip(".").lower() in _NOT_A_NAME for word in name.split())


def _replace_spans(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """Return the text with the spans, which are ascending and apart, replaced."""
    kept = []
    position = 0
    for start, end in spans:
        kept.append(text[position:start])
        position = end
    return REMOVED.join([*kept, text[position:]])


def _remove_names_of_mails(text: str, mails: Iterable[str]) -> str:
    """Remove "Jane Doe" where the text held jane.doe@example.com."""
    spelled = [_MAIL_NAME.match(mail.removeprefix("mailto:")) for mail in mails]
    names = {(match[1].lower(), match[2].lower()) for match in spelled if match is not None}
    names = {name for name in names if _is_person(" ".join(name))}
    if not names:
        return text
    spans: list[tuple[int, int]] = []
    for match in _TWO_WORDS.finditer(text):
        if (match[1].lower(), match[2].lower()) in names and (not spans or match.start() >= spans[-1][1]):
            spans.append((match.start(), match.end(2)))
    return _replace_spans(text, spans)
