"""Builds the use cases of signing in, of tokens and of keys."""

from datetime import timedelta

from tradecore.core import SessionUseCases
from tradecore.use_cases import accounts, api_keys, password_reset, provider_login, sessions, throttle, tokens
from tradecore_adapters import ambient
from tradecore_app.adapters import Adapters
from tradecore_app.assembly.parts import Parts
from tradecore_app.settings import Settings


def make_session_use_cases(
    settings: Settings, adapters: Adapters, parts: Parts, api_key: str | None
) -> SessionUseCases:
    """The use cases of signing in, of tokens and of keys.

    `api_key` is the fingerprint of the key of the news API that the settings give.
    """
    store, identity, now = adapters.store, adapters.identity, parts.now
    new_id, new_secret = ambient.new_id, ambient.new_secret
    lifetimes = sessions.TokenLifetimes(
        timedelta(seconds=settings.accounts.access_seconds), timedelta(seconds=settings.accounts.refresh_seconds)
    )
    login = sessions.Login(
        store,
        identity.passwords,
        identity.tokens,
        throttle.PasswordThrottle(adapters.limiter),
        now,
        new_id,
        new_secret,
        lifetimes,
    )
    authenticate = sessions.Authenticate(
        store, identity.tokens, now, tokens.AuthenticateToken(store, now), identity.provider
    )
    return SessionUseCases(
        change_own_password=accounts.ChangeOwnPassword(store, login),
        allow_password_reset=password_reset.AllowPasswordReset(store, now, new_secret),
        reset_password=password_reset.ResetPassword(store, login),
        login=login,
        begin_provider_login=provider_login.BeginProviderLogin(identity.provider, now),
        finish_provider_login=provider_login.FinishProviderLogin(
            store,
            identity.provider,
            provider_login.ProviderPolicy(settings.oidc.domains, settings.oidc.groups, settings.oidc.link_by_email),
            login,
            now,
            new_id,
        ),
        refresh_session=sessions.RefreshSession(store, identity.tokens, now, new_secret, lifetimes),
        logout=sessions.Logout(store, now),
        authenticate=authenticate,
        create_token=tokens.CreateToken(store, now, new_id, new_secret),
        list_tokens=tokens.ListTokens(store),
        delete_token=tokens.DeleteToken(store),
        create_api_key=api_keys.CreateApiKey(store, now, new_id, new_secret),
        list_api_keys=api_keys.ListApiKeys(store),
        revoke_api_key=api_keys.RevokeApiKey(store, now),
        authenticate_api_key=api_keys.AuthenticateApiKey(
            store, now, api_keys.VerifyApiKey(store), authenticate, api_key
        ),
    )
