"""Recognises pages that stand where the answer should be: log-ins, captchas, bot checks.

They are never evaded. The board is skipped, the page is archived as evidence, and the read says `refused`.
The marks are those of pages that hold nothing else; a career page may carry a captcha in its application
form, so a captcha script alone says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

_HEAD_BYTES = 64 * 1024

_CHALLENGE_HEADERS = {
    "cf-mitigated": "challenge",
    "x-amzn-waf-action": "",
    "x-dd-b": "",  # DataDome
}
_CHALLENGE_TITLE = re.compile(
    rb"<title[^>]*>\s*(?:just a moment|attention required|access (?:to this page has been )?denied|"
    rb"are you (?:a )?(?:human|robot)|(?:please )?verify (?:that )?you are (?:a )?human|robot check|"
    rb"security (?:check|verification)|human verification|bot verification|captcha|checking your browser|"
    rb"ddos-guard|pardon our interruption|request unsuccessful)",
    re.IGNORECASE,
)
_CHALLENGE_MARK = re.compile(
    rb"/cdn-cgi/challenge-platform/h/|window\._cf_chl_opt|id=[\"']px-captcha|captcha-delivery\.com|"
    rb"sec-if-cpt-container|_incapsula_resource\?swudnsai|awswafintegration\.|geo\.captcha-delivery",
    re.IGNORECASE,
)
_LOGIN_PATH = re.compile(
    r"(?i)/(?:log-?in|sign-?in|sign_in|users/sign_in|sso|saml2?|oauth2?|auth|authwall|account/login)(?:/|$|\.)"
)
_LOGIN_HOST = re.compile(
    r"(?i)^(?:login|signin|sso|auth|idp|accounts)\.|\.(?:okta|auth0|onelogin)\.com$|^login\.microsoftonline\."
)
_LOGIN_TITLE = re.compile(
    rb"<title[^>]*>\s*(?:[^<]{0,40}\W)?(?:log ?in|sign ?in|anmelden|anmeldung|connexion|inloggen|"
    rb"iniciar sesi\xc3\xb3n)\b",
    re.IGNORECASE,
)
_PASSWORD_FIELD = re.compile(rb"<input[^>]{0,300}type\s*=\s*[\"']?password", re.IGNORECASE)
_POSTING_MARK = re.compile(rb"\"JobPosting\"|schema\.org/JobPosting", re.IGNORECASE)


def wall(asked_url: str, url: str, headers: Mapping[str, str], body: bytes) -> str | None:
    """Return what stands in the way, in words, or None.

    Args:
        asked_url: before redirects.
        url: that answered.
        headers: names lower-cased.
        body: decoded.
    """
    for name, value in _CHALLENGE_HEADERS.items():
        if name in headers and value in headers[name].lower():
            return f"a bot check (header {name})"
    if not _is_markup(headers, body):
        return None
    head = body[:_HEAD_BYTES]
    if _POSTING_MARK.search(head):
        return None
    if _CHALLENGE_TITLE.search(head) or _CHALLENGE_MARK.search(head):
        return "a captcha or bot check"
    if _leads_to_login(asked_url, url):
        return f"a redirect to the log-in page {urlsplit(url).netloc}{urlsplit(url).path}"
    if _PASSWORD_FIELD.search(head) and _LOGIN_TITLE.search(head):
        return "a log-in page"
    return None


def _is_markup(headers: Mapping[str, str], body: bytes) -> bool:
    # Judged by the bytes: a wall often keeps the Content-Type of what was asked for.
    start = body[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return start.startswith((b"<!doctype html", b"<html", b"<head", b"<!--")) or (
        start.startswith(b"<") and "html" in headers.get("content-type", "")
    )


def _leads_to_login(asked_url: str, url: str) -> bool:
    asked, got = urlsplit(asked_url), urlsplit(url)
    if (asked.netloc, asked.path) == (got.netloc, got.path):
        return False
    return bool(
        (_LOGIN_PATH.search(got.path) and not _LOGIN_PATH.search(asked.path))
        or (_LOGIN_HOST.search(got.hostname or "") and not _LOGIN_HOST.search(asked.hostname or ""))
    )
