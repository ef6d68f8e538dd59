"""Recognises which system a careers page is on, from its address or from its HTML."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from urllib.parse import parse_qs, unquote, urlsplit

import msgspec

from include.archive.reads import Board


class Recognised(msgspec.Struct, frozen=True, kw_only=True):
    """Where a board is.

    Attributes:
        source: adapter name.
        token: the board's name there.
        options: what the adapter needs beyond the token.
    """

    source: str
    token: str
    options: Mapping[str, str] = {}

    def board(self, employer: str) -> Board:
        """Return the board with the name to show."""
        return Board(source=self.source, token=self.token, employer=employer, options=self.options)


# Source, host (group `t`: the token, where it stands there), path (group `t` likewise).
_PATTERNS: tuple[tuple[str, str, str], ...] = (
    ("greenhouse", r"(?:job-)?boards(?:\.eu)?\.greenhouse\.io", r"/(?!embed/)(?P<t>[^/]+)"),
    ("greenhouse", r"boards-api(?:\.eu)?\.greenhouse\.io", r"/v1/boards/(?P<t>[^/]+)"),
    ("lever", r"jobs(?:\.eu)?\.lever\.co", r"/(?P<t>[^/]+)"),
    ("lever", r"api(?:\.eu)?\.lever\.co", r"/v0/postings/(?P<t>[^/]+)"),
    ("ashby", r"jobs\.ashbyhq\.com", r"/(?P<t>[^/]+)"),
    ("ashby", r"api\.ashbyhq\.com", r"/posting-api/job-board/(?P<t>[^/]+)"),
    ("gem", r"jobs\.gem\.com", r"/(?P<t>[^/]+)"),
    ("smartrecruiters", r"(?:jobs|careers)\.smartrecruiters\.com", r"/(?P<t>[^/]+)"),
    ("smartrecruiters", r"api\.smartrecruiters\.com", r"/v1/companies/(?P<t>[^/]+)"),
    ("workable", r"apply\.workable\.com", r"/(?!api/|j/)(?P<t>[^/]+)"),
    ("workable", r"apply\.workable\.com", r"/api/v\d/widget/accounts/(?P<t>[^/]+)"),
    ("workable", r"(?P<t>[\w-]+)\.workable\.com", r""),
    ("recruitee", r"(?P<t>[\w-]+)\.recruitee\.com", r""),
    ("personio", r"(?P<t>[\w-]+)\.jobs\.personio\.(?:de|com)", r""),
    ("teamtailor", r"(?P<t>[\w-]+)\.teamtailor\.com", r""),
    ("teamtailor", r"(?P<t>[\w-]+\.(?:na|au)\.teamtailor\.com)", r""),
    ("bamboohr", r"(?P<t>[\w-]+)\.bamboohr\.com", r""),
    ("breezy", r"(?P<t>[\w-]+)\.breezy\.hr", r""),
    ("pinpoint", r"(?P<t>[\w-]+)\.pinpointhq\.com", r""),
    ("rippling", r"ats\.rippling\.com", r"/(?:[a-z]{2}-[A-Z]{2}/)?(?P<t>[^/]+)"),
    ("jobvite", r"jobs\.jobvite\.com", r"/(?:careers/)?(?P<t>[^/]+)"),
    ("jazzhr", r"(?P<t>[\w-]+)\.applytojob\.com", r""),
    ("icims", r"(?P<t>[\w-]+\.icims\.com)", r""),
    ("successfactors", r"(?P<t>[\w.-]+\.jobs2web\.com)", r""),
)
# fmt: off
_NOT_TENANTS = frozenset([
    "www", "api", "app", "help", "support", "apply", "jobs", "career", "careers", "cdn", "assets", "static",
])
# fmt: on
_WORKDAY_HOST = re.compile(r"[\w-]+\.wd\d+\.myworkdayjobs(?:-impl)?\.com")
_WORKDAY_PATH = re.compile(r"/(?:wday/cxs/[^/]+/)?(?:[a-z]{2}-[A-Z]{2}/)?(?P<site>[^/]+)")
_WORKDAY_SHARED_HOST = re.compile(r"wd\d+\.myworkdaysite\.com")
_WORKDAY_SHARED_PATH = re.compile(r"/(?:[a-z]{2}-[A-Z]{2}/)?recruiting/(?P<tenant>[^/]+)/(?P<site>[^/]+)")
_ORACLE_PATH = re.compile(r"/hcmUI/CandidateExperience/[^/]+/sites/(?P<site>[^/]+)")
_SUCCESSFACTORS_HOST = re.compile(r"career[\w-]*\.(?:successfactors|sapsf)\.(?:com|eu|cn)")
_URL = re.compile(r"""(?:https?:)?//[^\s"'<>\\)]+""")
# Marks in the page of an employer's own host: the system's feed answers there too.
_OWN_HOST_MARKS: tuple[tuple[str, str], ...] = (
    ("teamtailor", "teamtailor-cdn"),
    ("recruitee", "recruiteecdn"),
    ("successfactors", "rmkcdn.successfactors"),
)


def recognise_url(url: str) -> Recognised | None:
    """Return the board an address is of, None when its host is no known system's."""
    parts = urlsplit(url if "//" in url else f"https://{url}")
    host = (parts.hostname or "").lower()
    for special in (_greenhouse_embed, _workday, _workday_at_shared_host, _oracle, _successfactors):
        found = special(host, parts.path, parts.query)
        if found:
            return found
    for source, host_pattern, path_pattern in _PATTERNS:
        at_host = re.fullmatch(host_pattern, host)
        in_path = re.match(path_pattern, parts.path)
        if not at_host or not in_path:
            continue
        token = unquote((at_host.groupdict() | in_path.groupdict()).get("t") or "")
        if token and token not in _NOT_TENANTS:
            return Recognised(source=source, token=token, options=_options(source, host))
    return None


def recognise_page(url: str, html: str) -> Recognised | None:
    """Return the board a careers page shows, from the addresses and marks in its HTML.

    The system most of its links lead to wins. A page that marks up postings itself is read as a career page.
    """
    known = recognise_url(url)
    if known:
        return known
    links = (match[0].replace("&amp;", "&") for match in _URL.finditer(html))
    candidates = Counter(found for link in links if (found := _frozen(link)))
    if candidates:
        source, token, options = candidates.most_common(1)[0][0]
        return Recognised(source=source, token=token, options=dict(options))
    parts = urlsplit(url)
    for source, mark in _OWN_HOST_MARKS:
        if mark in html:
            return Recognised(source=source, token=parts.netloc)
    if "JobPosting" in html:
        return Recognised(source="career_page", token=f"{parts.netloc}{parts.path}".rstrip("/"))
    return None


def _frozen(url: str) -> tuple[str, str, tuple[tuple[str, str], ...]] | None:
    try:
        found = recognise_url(f"https:{url}" if url.startswith("//") else url)
    except ValueError:  # not an address after all
        return None
    return (found.source, found.token, tuple(found.options.items())) if found else None


def _options(source: str, host: str) -> dict[str, str]:
    if source == "lever" and ".eu." in host:
        return {"region": "eu"}
    if source == "personio" and host.endswith(".com"):
        return {"domain": "com"}
    return {}


def _greenhouse_embed(host: str, path: str, query: str) -> Recognised | None:
    token = parse_qs(query).get("for", [""])[0]
    if "greenhouse.io" in host and path.startswith("/embed/") and token:
        return Recognised(source="greenhouse", token=token)
    return None


def _workday(host: str, path: str, query: str) -> Recognised | None:
    match = _WORKDAY_PATH.match(path) if _WORKDAY_HOST.fullmatch(host) else None
    return Recognised(source="workday", token=f"{host}/{match['site']}") if match else None


def _workday_at_shared_host(host: str, path: str, query: str) -> Recognised | None:
    match = _WORKDAY_SHARED_PATH.match(path) if _WORKDAY_SHARED_HOST.fullmatch(host) else None
    return Recognised(source="workday", token=f"{host}/{match['tenant']}/{match['site']}") if match else None


def _oracle(host: str, path: str, query: str) -> Recognised | None:
    match = _ORACLE_PATH.match(path) if host.endswith(".oraclecloud.com") else None
    return Recognised(source="oracle", token=f"{host}/{match['site']}") if match else None


def _successfactors(host: str, path: str, query: str) -> Recognised | None:
    company = parse_qs(query).get("company", [""])[0]
    if not company or not _SUCCESSFACTORS_HOST.fullmatch(host):
        return None
    return Recognised(source="successfactors", token=f"{host}/{company}")
