"""Redeeming codes, refreshing tokens, revoking them.

A code is redeemed once and never again: a second try could only burn it. A refresh is made by one holder of a lease,
the others wait and read what it saved. Nothing is sent inside a database transaction. A refusal ends a token only where
it is proven to be the token's: see `snlib.oauth.refusals`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from snlib.clock import Clock, utc_now
from snlib.errors import (
    AccessRefused,
    AuthorizationExpired,
    RateLimited,
    RefreshRejected,
    RequestRejected,
    ServiceError,
    ServiceFailure,
    ServiceUnreachable,
    SignInRequired,
    SnlibError,
    UnexpectedAnswer,
)
from snlib.oauth.answers import DEADLINE_SECONDS, ask_for_token
from snlib.oauth.client import OAuthClient
from snlib.oauth.pending import Pending
from snlib.oauth.refusals import Refusals
from snlib.oauth.request import code_form, refresh_form
from snlib.oauth.tokens import StoredToken, Token, TokenStore
from snlib.oauth.words import Words
from snlib.transport import Transport
from snlib.transport.calls import origin_of

EARLY = timedelta(seconds=60)
"""An access token is refreshed this long before it ends; a short-lived one a fifth of its life before."""
COOLDOWN = timedelta(seconds=30)
"""After a refresh without an answer the next one waits this long."""
POLL_SECONDS = 0.1
MAX_POLLS = 160
"""Together a little longer than a lease: a dead holder's lease runs out and one of those waiting takes over."""


class Flow:
    """OAuth of ServiceNow and of Microsoft Graph, as seen from the dashboard.

    Every method raises StoreError when the database does not answer. Those that ask the service raise
    ServiceUnreachable when it does not answer and ServiceError when it answers with no token; a token that is kept
    already stays then.
    """

    def __init__(
        self,
        transport: Transport,
        tokens: TokenStore,
        clock: Clock = utc_now,
        *,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._transport = transport
        self._tokens = tokens
        self._clock = clock
        self._sleep = sleep
        self._refusals = Refusals(clock)

    def redeem(
        self,
        client: OAuthClient,
        pending: Pending,
        code: str,
        *,
        identify: Callable[[Token], str] = lambda _: "",
    ) -> Token:
        """Exchange an authorization code for a token, keep it for the agent and return it. One request, no retry.

        ``identify`` says whom the service takes the agent for, before the token is kept; what it raises keeps it out.

        Raises:
            AuthorizationExpired: No code, or the connector's settings are no longer those of the request.
            RequestRejected: The service did not accept the code or the client.
        """
        asked_with = (pending.instance_url, pending.client_id, pending.redirect_uri)
        if asked_with != (client.instance_url, client.client_id, client.redirect_uri):
            sentence = "Settings changed while you were connecting. Please try again."
            raise AuthorizationExpired(sentence, log="client differs from the authorization request")
        if not code:
            service = client.words.service
            sentence = f"{service} sent you back without an authorization code. Connect to {service} again."
            raise AuthorizationExpired(sentence)
        form = code_form(client, code=code, code_verifier=pending.code_verifier)
        token = ask_for_token(self._transport, client, form, grant="redeem", asked_at=self._clock())
        self._refusals.prove(client, pending.agent_key)
        self._tokens.save(pending.agent_key, client.connection_key, token, connected_as=identify(token))
        return token

    def access_token(self, client: OAuthClient, agent_key: str) -> str:
        """Return an access token that is good for a while, refreshed if need be.

        While a refresh gets no answer, a token that still lives is returned as it is.

        Raises:
            SignInRequired: The agent never connected, the token ended and cannot be refreshed, or the service refused
                and did not say whether the token or the client is wrong; then the token is kept.
            RefreshRejected: The service refused the refresh token; the connection is over.
            RequestRejected: The service refused the client; the connection is kept.
        """

        def is_good(stored: StoredToken, token: Token) -> bool:
            early = min(EARLY, timedelta(seconds=token.lifetime_seconds) / 5)
            return token.expires_at - self._clock() > early

        return self._token(client, agent_key, is_good, lambda token: token.expires_at > self._clock())

    def force_refresh(self, client: OAuthClient, agent_key: str, *, rejected: str = "") -> str:
        """Return a new access token although the present one should be good: the service answered it with 401.

        When another one than ``rejected`` is kept by now, that one is returned.
        """
        first = self._stored(client, agent_key)
        if rejected and first.token is not None and first.token.access_token != rejected:
            return first.token.access_token
        return self._token(client, agent_key, lambda stored, _: stored.version != first.version, lambda _: False)

    def disconnect(self, client: OAuthClient, agent_key: str) -> str:
        """Forget the agent's token, then have the service revoke it where it can.

        The token is gone here first, whatever the service answers.

        Returns:
            Empty when revoked, when there was nothing to revoke, or no way to; else a sentence on what went wrong.
        """
        stored = self._tokens.find(agent_key, client.connection_key)
        self._tokens.drop(agent_key, client.connection_key)
        if stored is None or stored.token is None or not client.revocation_endpoint:
            return ""
        problems = [
            problem
            for secret in (stored.token.refresh_token, stored.token.access_token)
            if secret is not None and (problem := self._revoke(client, secret))
        ]
        return problems[0] if problems else ""

    def _token(
        self,
        client: OAuthClient,
        agent_key: str,
        is_good: Callable[[StoredToken, Token], bool],
        is_usable: Callable[[Token], bool],
    ) -> str:
        """Look, refresh or wait for whoever does, look again."""
        for _ in range(MAX_POLLS):
            stored = self._stored(client, agent_key)
            token = stored.token
            if token is None:
                raise _sign_in(client.words, client.words.connection_ended, log="stored token cannot be opened")
            if is_good(stored, token):
                return token.access_token
            refreshed = self._refresh(client, agent_key, stored, token, usable=is_usable(token))
            if refreshed:
                return refreshed
            self._sleep(POLL_SECONDS)
        raise _not_in_time(client.words, "waited for a refresh in vain")

    def _refresh(self, client: OAuthClient, agent_key: str, stored: StoredToken, token: Token, *, usable: bool) -> str:
        """Return a new access token, the present one while it must do, or nothing: look again."""
        connection_key = client.connection_key
        if token.refresh_token is None:
            if usable:
                return token.access_token
            self._tokens.mark_dead(agent_key, connection_key, version=stored.version)
            raise _sign_in(client.words, client.words.connection_ended, log="access token ended, no refresh token")
        if (too_early := self._too_early(client, agent_key, stored)) is not None:
            if usable:
                return token.access_token
            raise too_early
        owner = self._tokens.take_lease(agent_key, connection_key, stored.version)
        if not owner:
            return token.access_token if usable else ""
        try:
            new_token = self._refreshed(client, token, token.refresh_token)
        except RefreshRejected:
            if not self._tokens.mark_dead(agent_key, connection_key, version=stored.version):
                return ""  # Somebody else saved a newer one meanwhile: that one counts.
            raise
        except SignInRequired as error:
            return self._refused(client, agent_key, stored, owner, error, usable=usable)
        except SnlibError as error:
            wait = error.retry_after if isinstance(error, RateLimited) else COOLDOWN
            self._tokens.release(agent_key, connection_key, owner, retry_at=self._clock() + wait)
            if usable:
                return token.access_token
            raise _renew_later(error, client.words) from error
        self._refusals.prove(client, agent_key)
        saved = self._tokens.replace(agent_key, connection_key, new_token, version=stored.version)
        return new_token.access_token if saved else ""

    def _too_early(self, client: OAuthClient, agent_key: str, stored: StoredToken) -> SnlibError | None:
        """Return why a refresh need not be tried now, None when it can be."""
        if stored.retry_at is not None and stored.retry_at > self._clock():
            return _not_in_time(client.words, "refresh is cooling down")
        if self._refusals.is_fresh(client, agent_key, stored.version, COOLDOWN):
            return _sign_in(client.words, client.words.not_renewed, log="refused just now, nothing proven since")
        return None

    def _refused(
        self, client: OAuthClient, agent_key: str, stored: StoredToken, owner: str, error: SnlibError, *, usable: bool
    ) -> str:
        """Take in a refusal that may be the client's; return as `_refresh`."""
        if self._refusals.add(client, agent_key, stored.version):
            self._tokens.mark_dead(agent_key, client.connection_key, version=stored.version)
            raise RefreshRejected(
                client.words.connection_ended, service=client.words.service, log=str(error)
            ) from error
        self._tokens.release(agent_key, client.connection_key, owner)
        now = self._tokens.find(agent_key, client.connection_key)
        if now is not None and now.version != stored.version:
            return ""  # Somebody else saved a newer one meanwhile: that one counts.
        if usable and stored.token is not None:
            return stored.token.access_token
        raise error

    def _refreshed(self, client: OAuthClient, token: Token, refresh_token: str) -> Token:
        form = refresh_form(client, refresh_token)
        new_token = ask_for_token(self._transport, client, form, grant="refresh", asked_at=self._clock())
        # ServiceNow keeps the refresh token and may leave it out (RFC 6749 section 6); Entra sends a new one, which
        # is kept in its place.
        return new_token if new_token.refresh_token else replace(new_token, refresh_token=token.refresh_token)

    def _revoke(self, client: OAuthClient, secret: str) -> str:
        # ServiceNow documents the token as a parameter of the address only.
        try:
            answer = self._transport.send(
                "POST",
                client.revocation_endpoint,
                service=client.words.service,
                params={"token": secret},
                allowed_origin=origin_of(client.revocation_endpoint),
                deadline_seconds=DEADLINE_SECONDS,
            )
        except SnlibError as error:
            return f"{client.words.service} could not be asked to revoke the token: {type(error).__name__}."
        if 200 <= answer.status_code < 300:
            return ""
        return f"{client.words.service} did not revoke the token (HTTP {answer.status_code})."

    def _stored(self, client: OAuthClient, agent_key: str) -> StoredToken:
        stored = self._tokens.find(agent_key, client.connection_key)
        if stored is None:
            raise _sign_in(client.words, client.words.not_connected)
        return stored


class AgentToken:
    """A `snlib.transport.TokenSource` over the token store: refreshed as the token ends, or when it is refused.

    ``check`` is asked first and raises when nothing may be sent now; else both methods raise as `Flow.access_token`.
    """

    def __init__(
        self, flow: Flow, client: OAuthClient, agent_key: str, check: Callable[[], object] = lambda: None
    ) -> None:
        self._flow = flow
        self._client = client
        self._agent_key = agent_key
        self._check = check

    def __repr__(self) -> str:
        return "AgentToken()"

    def access_token(self) -> str:
        """Return a good access token."""
        self._check()
        return self._flow.access_token(self._client, self._agent_key)

    def renewed(self, refused: str) -> str:
        """Return an access token other than ``refused``."""
        self._check()
        return self._flow.force_refresh(self._client, self._agent_key, rejected=refused)


def _sign_in(words: Words, sentence: str, *, log: str = "") -> SignInRequired:
    return SignInRequired(sentence, log=log, service=words.service)


def _not_in_time(words: Words, log: str) -> ServiceUnreachable:
    return ServiceUnreachable(words.renew_later, service=words.service, kind="timeout", log=log)


def _renew_later(error: SnlibError, words: Words) -> SnlibError:
    """Put the sentence for a refresh without an answer on the error, its kind kept."""
    if isinstance(error, ServiceUnreachable):
        return ServiceUnreachable(words.renew_later, service=words.service, kind=error.kind)
    if isinstance(error, AccessRefused | RequestRejected | RateLimited) or not isinstance(error, ServiceError):
        return error
    if isinstance(error, UnexpectedAnswer) and error.kind == "hibernating":
        return error
    return ServiceFailure(words.renew_later, service=words.service, status=error.status, detail=error.detail)
