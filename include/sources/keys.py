"""The operator's keys: from a source card and an Airflow connection to what the client shows to one host.

Nothing here imports Airflow: whoever does hands in a function that looks a connection up by its id.
"""

from __future__ import annotations

from base64 import b64encode

from include.collect.network.credentials import Credential, FindSecret, Grant, Secret, is_sendable
from include.errors import ExplainedError
from include.sources.cards import Card, Key


class MissingKey(ExplainedError, RuntimeError):
    """A source needs the operator's own key, and there is none; the message names the connection to add."""


def no_secret(connection: str) -> Secret | None:
    """Find nothing: for runs that read no source with a key."""
    return None


def card_credentials(card: Card, find_secret: FindSecret) -> tuple[Credential, ...]:
    """Return what the client needs to read a source: nothing, or the credential of one host.

    Raises:
        MissingKey: the card asks for a key, and the connection or a field of it is missing or is no key.
    """
    if card.key is None:
        return ()
    secret = find_secret(card.key.connection)
    if secret is None:
        raise MissingKey(
            f"{card.name} needs the operator's own key: add the Airflow connection {card.key.connection!r} "
            f"with {' and '.join(card.key.fields)} ({card.key.how_to_get}); see docs/configuration.md"
        )
    # Copied from a page or a file, a key brings a blank or a line end along.
    secret = Secret(login=secret.login.strip(), password=secret.password.strip())
    for field in card.key.fields:
        value = getattr(secret, field)
        if not is_sendable(value):
            # In a header it would not be sent, and the error that says so would quote it.
            raise MissingKey(
                f"the {field} of the Airflow connection {card.key.connection!r} holds a character that no "
                "key has (a line break, a letter with an accent); enter it again"
            )
        if not value:
            raise MissingKey(
                f"the Airflow connection {card.key.connection!r} has no {field}, which {card.name} needs; "
                "see docs/configuration.md"
            )
    return (_credential(card.key, secret),)


def _credential(key: Key, secret: Secret) -> Credential:
    headers = {name: getattr(secret, field) for name, field in key.headers.items()}
    if key.basic_user:
        user = getattr(secret, key.basic_user)
        headers["Authorization"] = f"Basic {b64encode(f'{user}:'.encode()).decode('ascii')}"
    return Credential(
        host=key.host,
        headers=headers,
        params={name: getattr(secret, field) for name, field in key.params.items()},
        grant=None
        if key.oauth is None
        else Grant(
            token_url=key.oauth.token_url,
            client_id=secret.login,
            client_secret=secret.password,
            scope=key.oauth.scope,
        ),
        connection=key.connection,
    )
