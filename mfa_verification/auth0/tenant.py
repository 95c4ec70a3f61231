"""One tenant, as everything else in the suite meets it: its APIs, its clock, its sign-in, what was sent to it."""

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
"""Applications that a few scenarios need beside those under test, in the features' words, and their settings."""
# A token is renewed this long before it ends, so that none ends on the way.
RENEW_SECONDS = 60.0


class Tenant:
    """The tenant of one profile. Sign-in, token and MFA calls go to its custom domain where it has one."""

    def __init__(self, profile: Profile, devices: Devices) -> None:
        """Set up the pools; nothing is sent yet."""
        self.profile = profile
        self.clock = TenantClock()
        self.sent: list[Exchange] = []
        """What left this machine for the tenant, browser and HTTP alike, since it was last cleared."""
        self.repeated: list[str] = []
        """What was sent again, and why, since it was last cleared."""
        self.pictures: list[Picture] = []
        """What sign-ins stopped at, since it was last cleared."""
        self.devices = devices
        """What users sign in on: a browser, or plain HTTP."""
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
        """Return the application of that name: one under test, or a further one that the settings name.

        `NotApplicable` where they name none. It sends users back to where one of those under test does.
        """
        if name not in FURTHER:
            return self.profile.application(name)
        setting, read = FURTHER[name]
        client_id = read(self.profile)
        if client_id is None:
            raise NotApplicable(f"this needs the {name}, and {setting} is not set")
        settings = self.management.application(client_id)
        callbacks = [one.callback for one in self.profile.applications if one.callback in settings.callbacks]
        if not callbacks or settings.token_endpoint_auth_method != "none":
            needed = "no secret, and AUTH0_SPA_CALLBACK or AUTH0_WEB_CALLBACK among its callbacks"
            raise NotApplicable(f"this needs the {name} ({setting}) to have {needed}")
        return Application(name, client_id, None, callbacks[-1])

    def let_time_pass(self, seconds: float) -> None:
        """Move the tenant's clock on: only ever that of a tenant which is the scenario's own."""
        assert self.profile.test_controls_url is not None and self.profile.test_controls_token is not None
        move_clock(self.profile.test_controls_url, self.profile.test_controls_token, seconds)
        self.openid_configurations()  # any answer tells what time it is now: an app's next code goes by that

    @property
    def issuer(self) -> str:
        """What `iss` must be: the host that was asked (AF-API-11, AF-TOKEN-02)."""
        return f"https://{self.profile.host}/"

    def claims(self, token: Secret) -> Claims:
        """Return the claims of a token, its signature checked through the JWKS; `TenantFault` where it fails."""
        return self._reader.read(token)

    def claims_of_jwt(self, token: Secret) -> Claims | None:
        """Return the same of a token that may be opaque: None where it is no JWT."""
        return self.claims(token) if self._reader.is_jwt(token) else None

    def problems_of(self, tokens: Tokens, application: str) -> list[str]:
        """Return what an application must not accept in its id token; raise `TenantFault` where none can be read."""
        assert tokens.id_token is not None, "who asks has looked whether there is one"
        client_id = self.application(application).client_id
        return problems(self.claims(tokens.id_token), self.issuer, client_id, tokens.received_at)

    @cached_property
    def name(self) -> str:
        """What the tenant calls itself: its friendly name, else the first label of its domain (AF-ENROLL-17)."""
        host = urlsplit(f"//{self.profile.domain}").hostname or ""
        return self.management.friendly_name() or host.partition(".")[0]

    def scope_of(self, tokens: Tokens) -> frozenset[str]:
        """Return what was granted: the answer says it, or else the token does (RFC 6749, 5.1)."""
        return tokens.scope or self.claims(tokens.access_token).scope

    def sent_by(self, application: str) -> list[Exchange]:
        """Return what an application and its users's browsers sent, the administrator's requests left out."""
        administrator = self.profile.management_client_id
        return [
            exchange
            for exchange in self.sent
            if not exchange.path.startswith("/api/v2/")
            and administrator not in exchange.clients
            and exchange.clients <= {self.application(application).client_id}
        ]

    def settings_of(self, application: str) -> ApplicationSettings:
        """Read what the administrator has set on an application under test."""
        return self.management.application(self.application(application).client_id)

    def openid_configurations(self) -> list[tuple[str, Response]]:
        """Ask each of the tenant's hosts who it is (AF-TOKEN-14): host and answer."""
        doors = {self.profile.domain: self._administrator, self.profile.host: self._http}
        return [(host, http.send("GET", "/.well-known/openid-configuration")) for host, http in doors.items()]

    def administrator_token_claims(self) -> tuple[str, list[str]]:
        """Return the issuer and the audience that the administrator's token names."""
        return self._reader.unverified_claims(self._administrator_token())

    def missing_mfa_grants(self, application: str) -> list[str]:
        """Return which of the three MFA grants an application lacks (AF-API-01)."""
        return sorted(MFA_GRANTS - self.grants_of(application))

    def grants_of(self, application: str) -> frozenset[str]:
        """Return the grants that an application has (AF-APP-01)."""
        return self.settings_of(application).grant_types

    def administrator_scopes(self) -> frozenset[str]:
        """Return the scopes that the management application was given."""
        self._administrator_token()
        assert self._administrator_tokens is not None
        return self._administrator_tokens.scope or self.claims(self._administrator_tokens.access_token).scope

    def close(self) -> None:
        """Close the pools."""
        self._http.close()
        self._administrator.close()

    def _uses_basic(self, application: Application) -> bool:
        """Say whether an application is set to prove itself in the Authorization header (AF-CLIENT-01); asked once."""
        if application.client_secret is None:
            return False
        if application.client_id not in self._basic:
            try:
                method = self.management.application(application.client_id).token_endpoint_auth_method
            except TenantFault:
                return False  # nobody knows that application: the token endpoint says so
            self._basic[application.client_id] = method == "client_secret_basic"
        return self._basic[application.client_id]

    def _administrator_token(self) -> Secret:
        tokens = self._administrator_tokens
        if tokens is None or self.clock.now() > tokens.received_at + tokens.expires_in - RENEW_SECONDS:
            signed_in = self.administrator_sign_in()
            if signed_in.refusal:
                # Whose credentials are refused learns nothing: preflight saw them accepted.
                refused = f"the management application was refused a token: {signed_in.refusal}"
                raise Inconclusive(Cause.ADMINISTRATOR_NOT_ALLOWED, refused)
            tokens = self._administrator_tokens = signed_in.result()
        return tokens.access_token

    def administrator_sign_in(self) -> Outcome[Tokens]:
        """Get a Management API token: the audience is on the canonical domain, and so is the request."""
        profile = self.profile
        return Authentication(self._administrator, self._reader, self._uses_basic).management_token(
            profile.management_client_id, profile.management_client_secret, f"https://{profile.domain}/api/v2/"
        )
