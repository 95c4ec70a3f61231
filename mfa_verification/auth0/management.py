"""The Management API: what the administrator reads and changes (AF-MGMT-01)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

from mfa_verification.auth0.responses import outcome_of, refusal_of, string_in
from mfa_verification.core.clock import Deadline, wait_until
from mfa_verification.core.outcome import Inconclusive, Outcome, TenantFault
from mfa_verification.core.secret import Secret
from mfa_verification.core.verdict import Cause
from mfa_verification.transport import HttpClient, Response, Value

ALWAYS = "all-applications"
"""The policy that requires MFA for all users (AF-PHONE-02)."""
PATIENCE_SECONDS = 5.0
"""How long the Management API may lag behind a confirmation."""


@dataclass(frozen=True, slots=True)
class AuthenticationMethod:
    """One factor of a user, as the Management API shows it (AF-USER-13)."""

    type: str
    """`phone`, `totp`, `email`, `recovery-code` …."""
    confirmed: bool
    phone_number: str | None
    """Masked."""


@dataclass(frozen=True, slots=True)
class LogEvent:
    """One event of the tenant's log (AF-LOG-03)."""

    type: str
    """`gd_send_sms`, `gd_auth_failed` …."""
    date: float
    """Seconds since 1970, by the tenant's clock."""
    description: str
    details: Mapping[str, Any] = field(repr=False)

    @property
    def reason(self) -> str:
        """Return codes and words of a failure in one line; they may contain secrets."""
        parts = [self.details.get(name) for name in ("error", "failure_details", "provider_error")]
        return " ".join(word for part in parts for word in _words(part))

    @property
    def number(self) -> str:
        """Return the masked phone number in the event; empty where there is none."""
        authenticator = self.details.get("authenticator")
        shown = authenticator.get("phone_number") if isinstance(authenticator, dict) else None
        return shown if isinstance(shown, str) else ""


@dataclass(frozen=True, slots=True)
class ApplicationSettings:
    """Settings of an application (AF-APP-01)."""

    name: str
    grant_types: frozenset[str]
    token_endpoint_auth_method: str | None
    callbacks: tuple[str, ...]
    client_metadata: Mapping[str, str]
    skips_confirmation: bool | None
    """Whether loopback callbacks need no confirmation (AF-AUTHZ-27); None: the tenant's default."""
    refresh_token: Mapping[str, Any]
    """Settings of its refresh tokens (AF-GRANT-28); empty for the defaults."""


@dataclass(frozen=True, slots=True)
class Connection:
    """A database connection, and the applications that may use it (AF-APP-02)."""

    id: str
    name: str
    enabled_clients: frozenset[str]


@dataclass(frozen=True, slots=True)
class ManagementApi:
    """A client of the Management API; requests an access token when it needs one."""

    _http: HttpClient
    _token: Callable[[], Secret]

    def create_user(self, user: Mapping[str, Value]) -> str:
        """Create a user and return its id (AF-USER-01)."""
        return string_in(self._do("create a user", "POST", "/users", user), "user_id")

    def create_user_if_absent(self, user: Mapping[str, Value]) -> str | None:
        """Create a user and return its id; None where the e-mail address is taken (409; AF-USER-02)."""
        response = self._http.send("POST", "/api/v2/users", json=user, bearer=self._token())
        return None if response.status == 409 else string_in(self._checked("create a user", response), "user_id")

    def set_app_metadata(self, user_id: str, metadata: Mapping[str, Value]) -> None:
        """Set keys of a user's `app_metadata`; other keys stay, and null removes a key."""
        self.update_user(user_id, {"app_metadata": metadata})

    def update_user(self, user_id: str, changes: Mapping[str, Value]) -> None:
        """Change a user's password, e-mail address or other attributes (AF-USER-06)."""
        self._do("change a user", "PATCH", f"/users/{quote(user_id, safe='')}", changes)

    def set_blocked(self, user_id: str, blocked: bool) -> None:
        """Block or unblock a user; unblocking also removes blocks of brute-force protection (AF-USER-12)."""
        self.update_user(user_id, {"blocked": blocked})
        if not blocked:
            self._do("unblock a user", "DELETE", f"/user-blocks/{quote(user_id, safe='')}")

    def read_user_with(self, token: Secret, user_id: str) -> Outcome[bool]:
        """Read a user with another token than the administrator's."""
        response = self._http.send("GET", f"/api/v2/users/{quote(user_id, safe='')}", bearer=token)
        return outcome_of("read a user at the Management API", response, lambda _: True)

    def delete_user(self, user_id: str) -> None:
        """Delete a user; it is no error where the user does not exist."""
        self._do("delete a user", "DELETE", f"/users/{quote(user_id, safe='')}")

    def users_by_email(self, email: str) -> list[dict[str, Any]]:
        """Return the users with this e-mail address."""
        return self._do("find a user", "GET", f"/users-by-email?{urlencode({'email': email})}").items()

    def users_in(self, connection: str) -> list[dict[str, Any]]:
        """Return the users of a connection, at most a thousand (AF-USER-07)."""
        found: list[dict[str, Any]] = []
        for page in range(10):
            query = {"q": f'identities.connection:"{connection}"', "per_page": "100", "page": str(page)}
            listed = self._do("search the users", "GET", f"/users?{urlencode(query)}").items()
            found += listed
            if len(listed) < 100:
                break
        return found

    def authentication_methods(self, user_id: str) -> list[AuthenticationMethod]:
        """Return a user's second factors; passwords and passkeys are left out."""
        response = self._do("read a user's factors", "GET", f"/users/{quote(user_id, safe='')}/authentication-methods")
        return [_method(item) for item in response.items() if item.get("type") not in ("password", "passkey")]

    def confirmed_factors(self, user_id: str, expected: set[str]) -> set[str]:
        """Return a user's confirmed factors; waits some seconds for an expected one that is missing."""
        deadline = Deadline(PATIENCE_SECONDS)
        seen: set[str] = set()

        def look() -> bool | None:
            seen.clear()
            seen.update(method.type for method in self.authentication_methods(user_id) if method.confirmed)
            return seen >= expected or None

        wait_until("the administrator's list to show a confirmed factor", look, deadline)
        return seen

    def factors(self) -> dict[str, bool]:
        """Return which factors are enabled: `{"sms": True, "otp": True, …}` (AF-PHONE-01)."""
        response = self._do("read the factors", "GET", "/guardian/factors")
        return {str(item.get("name")): item.get("enabled") is True for item in response.items()}

    def set_factor(self, name: str, enabled: bool) -> None:
        """Enable or disable a factor for the tenant."""
        self._do("change a factor", "PUT", f"/guardian/factors/{name}", {"enabled": enabled})

    def application(self, client_id: str) -> ApplicationSettings:
        """Read an application's settings."""
        body = self._do("read an application", "GET", f"/clients/{quote(client_id, safe='')}").mapping()
        skips = body.get("skip_non_verifiable_callback_uri_confirmation_prompt")
        return ApplicationSettings(
            name=str(body.get("name", client_id)),
            grant_types=frozenset(body.get("grant_types") or ()),
            token_endpoint_auth_method=body.get("token_endpoint_auth_method"),
            callbacks=tuple(body.get("callbacks") or ()),
            client_metadata=dict(body.get("client_metadata") or {}),
            skips_confirmation=skips if isinstance(skips, bool) else None,
            refresh_token=dict(body.get("refresh_token") or {}),
        )

    def connection(self, name: str) -> Connection | None:
        """Return a connection and the applications that may use it; None where there is none."""
        found = self._do("read the connections", "GET", f"/connections?{urlencode({'name': name})}").items()
        if not found:
            return None
        id_ = str(found[0].get("id"))
        return Connection(id_, name, frozenset(self._clients_of(id_)))

    def _clients_of(self, connection_id: str) -> Iterator[str]:
        """Yield the ids of a connection's applications, page by page (AF-APP-02)."""
        after: str | None = ""
        while after is not None:
            query = urlencode({"take": "100", **({"from": after} if after else {})})
            path = f"/connections/{quote(connection_id, safe='')}/clients?{query}"
            page = self._do("read a connection's applications", "GET", path).mapping()
            yield from (str(one.get("client_id")) for one in page.get("clients") or ())
            after = page.get("next") or None

    def count_and_emails_in(self, connection: str) -> tuple[int, list[str]]:
        """Return how many users a connection has, and the e-mail addresses of the first hundred."""
        query = {"q": f'identities.connection:"{connection}"', "per_page": "100", "include_totals": "true"}
        body = self._do("search the users", "GET", f"/users?{urlencode(query)}").mapping()
        found = body.get("users") or []
        return max(int(body.get("total", 0)), len(found)), [str(one.get("email")) for one in found]

    def message_types(self) -> list[str]:
        """Return the message types of phones: `sms`, `voice` (AF-PHONE-03)."""
        response = self._do("read the message types", "GET", "/guardian/factors/phone/message-types").mapping()
        return [str(kind) for kind in response.get("message_types") or ()]

    def set_message_types(self, types: list[str]) -> None:
        """Set the message types of phones."""
        path = "/guardian/factors/phone/message-types"
        self._do("change the message types", "PUT", path, {"message_types": types})

    def policies(self) -> list[str]:
        """Return the MFA policies: none, `all-applications` or `confidence-score`."""
        body = self._do("read the policies", "GET", "/guardian/policies").body
        if not isinstance(body, list):
            raise TenantFault(Cause.MALFORMED_RESPONSE, "GET /guardian/policies returned no list")
        return [str(one) for one in body]

    def set_policies(self, policies: list[str]) -> None:
        """Set the MFA policies."""
        self._do("change the policies", "PUT", "/guardian/policies", policies)

    def set_grants(self, client_id: str, grants: list[str]) -> None:
        """Set the grant types of an application."""
        self._do("change an application", "PATCH", f"/clients/{quote(client_id, safe='')}", {"grant_types": grants})

    def friendly_name(self) -> str | None:
        """Return the tenant's friendly name, if set (AF-APP-04)."""
        name = self._do("read the tenant's settings", "GET", "/tenants/settings").mapping().get("friendly_name")
        return name if isinstance(name, str) and name else None

    def has_unified_phones(self) -> bool:
        """Return whether the tenant has the unified phone experience (AF-PHONE-08); False where it does not say."""
        settings = self._do("read the tenant's settings", "GET", "/tenants/settings").mapping()
        return settings.get("phone_consolidated_experience") is True

    def events_of(self, user_id: str) -> list[LogEvent]:
        """Return the newest hundred log events about a user, newest first (AF-LOG-01)."""
        response = self._do("read the log", "GET", f"/users/{quote(user_id, safe='')}/logs?per_page=100&sort=date:-1")
        return [_event(item) for item in response.items()]

    def ask(self, action: str, method: str, path: str, body: Mapping[str, Value] | None = None) -> Response:
        """Send a request that has no method of its own; `path` is below `/api/v2`, `action` is for messages."""
        return self._do(action, method, path, body)

    def _do(
        self, action: str, method: str, path: str, body: Mapping[str, Value] | Sequence[Value] | None = None
    ) -> Response:
        return self._checked(action, self._http.send(method, f"/api/v2{path}", json=body, bearer=self._token()))

    @staticmethod
    def _checked(action: str, response: Response) -> Response:
        if response.is_success:
            return response
        refusal = refusal_of(response)
        if response.status in (401, 403):
            # No permission to look is not the same as nothing to see.
            raise Inconclusive(
                Cause.ADMINISTRATOR_NOT_ALLOWED, f"the management application is not allowed to {action}: {refusal}"
            )
        raise TenantFault(Cause.UNEXPECTED_REFUSAL, f"the Management API refused to {action}: {refusal}")


def _event(item: Mapping[str, Any]) -> LogEvent:
    details = item.get("details")
    try:
        date = datetime.fromisoformat(str(item.get("date"))).timestamp()
    except ValueError:
        raise TenantFault(Cause.MALFORMED_RESPONSE, "the log has an event without a date") from None
    return LogEvent(
        str(item.get("type")), date, str(item.get("description", "")), details if isinstance(details, dict) else {}
    )


def _words(part: object) -> list[str]:
    if isinstance(part, Mapping):
        return [word for name in ("code", "errorCode", "status", "message") for word in _words(part.get(name))]
    return [str(part)] if isinstance(part, (str, int)) and part else []


def _method(item: Mapping[str, Any]) -> AuthenticationMethod:
    return AuthenticationMethod(
        type=str(item.get("type")),
        confirmed=item.get("confirmed") is True,
        phone_number=item.get("phone_number"),
    )
