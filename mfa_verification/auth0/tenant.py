"""One tenant: its APIs, its clock, its applications, and the record of what was sent to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from urllib.parse import urlsplit

from mfa_verification.auth0.authentication import MFA_GRANTS, Authentication
from mfa_verification.auth0.management import ApplicationSettings, ManagementApi
from mfa_verification.auth0.mfa_api import MfaApi
from mfa_verification.auth0.tokens import Claims, TokenReader, Tokens, problems
from mfa_verification.core.clock import TenantClock
from mfa_verification.core.exchange import Exchange
from mfa_verification.core.outcome import Inconclusive, NotApplicable, Outcome, TenantFault
from mfa_verification.core.secret import Secret
from mfa_verification.core.verdict import Cause
from mfa_verification.login.sign_in import Picture
from mfa_verification.login.window import Devices
from mfa_verification.settings.profile import Application, Profile
from mfa_verification.transport import HttpClient, Response, move_clock

FURTHER: Mapping[str, tuple[str, Callable[[Profile], str | None]]] = {
    "native application": ("AUTH0_NATIVE_CLIENT_ID", lambda profile: profile.native_client_id),
    "third-party application": ("AUTH0_THIRD_PARTY_CLIENT_ID", lambda profile: profile.third_party_client_id),
    "application without MFA": ("AUTH0_OTHER_CLIENT_ID", lambda profile: profile.other_client_id),
}
"""Further applications that some scenarios need: their setting, and how to read it from the profile."""
# Seconds before its end at which a token is renewed.
RENEW_SECONDS = 60.0


class Tenant:
    """The tenant of one profile. Sign-in, token and MFA requests go to its custom domain if it has one."""

    def __init__(self, profile: Profile, devices: Devices) -> None:
        """Create the HTTP clients; nothing is sent yet."""
        self.profile = profile
        self.clock = TenantClock()
        self.sent: list[Exchange] = []
        """Requests sent to the tenant, by browser and HTTP, since the list was last cleared."""
        self.repeated: list[str] = []
        """Requests that were repeated, and why, since the list was last cleared."""
        self.pictures: list[Picture] = []
        """Where sign-ins stopped, since the list was last cleared."""
        self.devices = devices
        """Where users sign in: a browser, or plain HTTP."""
        self._http = HttpClient(profile.host, profile.ca_bundle, self.clock, self.sent, repeated=self.repeated)
        self._administrator = (
            self._http
            if profile.host == profile.domain
            else HttpClient(profile.domain, profile.ca_bundle, self.clock, self.sent, repeated=self.repeated)
        )
        self._administrator_tokens: Tokens | None = None
        self._basic: dict[str, bool] = {}
        self._reader = TokenReader(self._http)
        self.authentication = Authentication(self._http, self._reader, self._uses_basic)
        self.mfa = MfaApi(self._http)
        self.management = ManagementApi(self._administrator, self._administrator_token)

    def application(self, name: str) -> Application:
        """Return the application with that name. Raises `NotApplicable` where no setting names it.

        An application other than those under test uses one of their callbacks.
        """
        if name not in FURTHER:
            return self.profile.application(name)
        setting, read = FURTHER[name]
        client_id = read(self.profile)
        if client_id is None:
            raise NotApplicable(f"this needs the {name}: set {setting}")
        settings = self.management.application(client_id)
        callbacks = [one.callback for one in self.profile.applications if one.callback in settings.callbacks]
        if not callbacks or settings.token_endpoint_auth_method != "none":
            needed = "no secret, and AUTH0_SPA_CALLBACK or AUTH0_WEB_CALLBACK among its callback URLs"
            raise NotApplicable(f"this needs the {name} ({setting}) to have {needed}")
        return Application(name, client_id, None, callbacks[-1])

    def let_time_pass(self, seconds: float) -> None:
        """Move the tenant's clock forward; only for a tenant that this scenario alone uses."""
        assert self.profile.test_controls_url is not None and self.profile.test_controls_token is not None
        move_clock(self.profile.test_controls_url, self.profile.test_controls_token, seconds)
        self.openid_configurations()  # any response shows the new time, which an app's next code depends on

    @property
    def issuer(self) -> str:
        """Return the expected `iss`: the host of the request (AF-API-11, AF-TOKEN-02)."""
        return f"https://{self.profile.host}/"

    def claims(self, token: Secret) -> Claims:
        """Return the claims of a token after checking its signature. Raises `TenantFault` where that fails."""
        return self._reader.read(token)

    def claims_of_jwt(self, token: Secret) -> Claims | None:
        """Return the claims of a token that may be opaque; None where it is not a JWT."""
        return self.claims(token) if self._reader.is_jwt(token) else None

    def problems_of(self, tokens: Tokens, application: str) -> list[str]:
        """Return what is wrong with the id token, for an application. Raises `TenantFault` where it cannot be read."""
        assert tokens.id_token is not None, "the caller checked that there is one"
        client_id = self.application(application).client_id
        return problems(self.claims(tokens.id_token), self.issuer, client_id, tokens.received_at)

    @cached_property
    def name(self) -> str:
        """Return the tenant's friendly name, else the first label of its domain (AF-ENROLL-17)."""
        host = urlsplit(f"//{self.profile.domain}").hostname or ""
        return self.management.friendly_name() or host.partition(".")[0]

    def scope_of(self, tokens: Tokens) -> frozenset[str]:
        """Return the granted scopes: those in the response, else those in the token (RFC 6749, 5.1)."""
        return tokens.scope or self.claims(tokens.access_token).scope

    def sent_by(self, application: str) -> list[Exchange]:
        """Return the requests of an application and its users' browsers, without those of the administrator."""
        administrator = self.profile.management_client_id
        return [
            exchange
            for exchange in self.sent
            if not exchange.path.startswith("/api/v2/")
            and administrator not in exchange.clients
            and exchange.clients <= {self.application(application).client_id}
        ]

    def settings_of(self, application: str) -> ApplicationSettings:
        """Return the settings of an application."""
        return self.management.application(self.application(application).client_id)

    def openid_configurations(self) -> list[tuple[str, Response]]:
        """Return each host with its response to an OpenID configuration request (AF-TOKEN-14)."""
        hosts = {self.profile.domain: self._administrator, self.profile.host: self._http}
        return [(host, http.send("GET", "/.well-known/openid-configuration")) for host, http in hosts.items()]

    def administrator_token_claims(self) -> tuple[str, list[str]]:
        """Return issuer and audience in the administrator's token."""
        return self._reader.unverified_claims(self._administrator_token())

    def missing_mfa_grants(self, application: str) -> list[str]:
        """Return the MFA grants that an application lacks (AF-API-01)."""
        return sorted(MFA_GRANTS - self.grants_of(application))

    def grants_of(self, application: str) -> frozenset[str]:
        """Return the grant types of an application (AF-APP-01)."""
        return self.settings_of(application).grant_types

    def administrator_scopes(self) -> frozenset[str]:
        """Return the scopes of the management application's token."""
        self._administrator_token()
        assert self._administrator_tokens is not None
        return self._administrator_tokens.scope or self.claims(self._administrator_tokens.access_token).scope

    def close(self) -> None:
        """Close the HTTP clients."""
        self._http.close()
        self._administrator.close()

    def _uses_basic(self, application: Application) -> bool:
        """Return whether an application authenticates in the Authorization header (AF-CLIENT-01); read once."""
        if application.client_secret is None:
            return False
        if application.client_id not in self._basic:
            try:
                method = self.management.application(application.client_id).token_endpoint_auth_method
            except TenantFault:
                return False  # an unknown application: the token endpoint refuses it
            self._basic[application.client_id] = method == "client_secret_basic"
        return self._basic[application.client_id]

    def _administrator_token(self) -> Secret:
        tokens = self._administrator_tokens
        if tokens is None or self.clock.now() > tokens.received_at + tokens.expires_in - RENEW_SECONDS:
            signed_in = self.administrator_sign_in()
            if signed_in.refusal:
                # The preflight saw the credentials accepted, so this says nothing about the tenant.
                refused = f"the tenant refused the management application a token: {signed_in.refusal}"
                raise Inconclusive(Cause.ADMINISTRATOR_NOT_ALLOWED, refused)
            tokens = self._administrator_tokens = signed_in.result()
        return tokens.access_token

    def administrator_sign_in(self) -> Outcome[Tokens]:
        """Request a Management API token, on the canonical domain."""
        profile = self.profile
        return Authentication(self._administrator, self._reader, self._uses_basic).management_token(
            profile.management_client_id, profile.management_client_secret, f"https://{profile.domain}/api/v2/"
        )
