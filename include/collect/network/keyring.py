"""Which credential goes with a request, and the tokens of the hosts that want one."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

import msgspec

from include.archive.reads import Answer, Request
from include.archive.redaction import carries_secret, host_of
from include.collect.network.credentials import TOKENS, Credential, Grant
from include.collect.network.safety import is_loopback


class Keyring:
    """The credentials of a client.

    Args:
        credentials: of the hosts that want some.
    """

    def __init__(self, credentials: Sequence[Credential]) -> None:
        self._credentials = {credential.host: credential for credential in credentials}

    def credential(self, hop: Request) -> Credential:
        """Return what to show with a request; a request that carries a key of its own gets nothing more."""
        if carries_secret(hop):
            return Credential(host=host_of(hop.url), in_body=self._secrets_of_grants())
        known = self._known(hop.url)
        if known is None:
            return Credential(host=host_of(hop.url))
        token = TOKENS.get(known.grant) if known.grant is not None else None
        if token is None:
            return known
        return msgspec.structs.replace(known, headers={**known.headers, "Authorization": f"Bearer {token}"})

    def missing_token(self, hop: Request) -> Grant | None:
        """Return the grant of a token that the request needs and nobody has fetched, or None."""
        grant = self._grant(hop)
        return grant if grant is not None and TOKENS.get(grant) is None else None

    def keep_token(self, hop: Request, grant: Grant, answer: Answer) -> None:
        """Keep the token of an answer.

        Raises:
            Refused: the answer holds no token.
        """
        known = self._known(hop.url)
        TOKENS.put(grant, answer, known.connection if known is not None else "")

    def forget_token(self, hop: Request) -> bool:
        """Drop the token that a host refused; tell whether there was one."""
        grant = self._grant(hop)
        if grant is None:
            return False
        TOKENS.forget(grant)
        return True

    def _secrets_of_grants(self) -> tuple[str, ...]:
        grants = [known.grant for known in self._credentials.values() if known.grant is not None]
        return tuple(secret for grant in grants for secret in (grant.client_id, grant.client_secret))

    def _grant(self, hop: Request) -> Grant | None:
        known = self._known(hop.url)
        return known.grant if known is not None and not carries_secret(hop) else None

    def _known(self, url: str) -> Credential | None:
        parts = urlsplit(url)
        host = parts.hostname or ""
        is_safe = parts.scheme == "https" or is_loopback(host)
        return self._credentials.get(host) if is_safe and parts.path != "/robots.txt" else None
