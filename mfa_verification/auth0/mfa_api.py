"""The MFA API: associate, challenge, list and remove authenticators (AF-ENROLL-01, AF-LIST-01)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import quote

from mfa_verification.auth0.responses import outcome_of, string_in
from mfa_verification.core.outcome import Outcome
from mfa_verification.core.secret import Secret
from mfa_verification.settings.profile import Application
from mfa_verification.transport import HttpClient, Response, Value

SCOPE = "openid enroll read:authenticators remove:authenticators"


class Factor(StrEnum):
    """A second factor, by its name in the MFA API and on the sign-in pages."""

    SMS = "sms"
    VOICE = "voice"
    EMAIL = "email"
    OTP = "otp"
    RECOVERY_CODE = "recovery-code"


@dataclass(frozen=True, slots=True)
class PhoneEnrollment:
    """A started enrollment, or a challenge, of a phone or e-mail address (AF-ENROLL-19)."""

    oob_code: Secret
    oob_channel: str
    binding_method: str | None
    recovery_codes: tuple[Secret, ...] = ()


@dataclass(frozen=True, slots=True)
class AppEnrollment:
    """A started enrollment of an authenticator app: set-up key and QR code URI (AF-ENROLL-15)."""

    secret: Secret
    barcode_uri: Secret
    recovery_codes: tuple[Secret, ...] = ()


@dataclass(frozen=True, slots=True)
class Authenticator:
    """An authenticator in the user's own list (AF-LIST-02)."""

    id: str
    authenticator_type: str
    """`otp`, `oob` or `recovery-code`."""
    active: bool
    oob_channel: str | None
    name: str | None
    """A masked phone number or e-mail address."""

    @property
    def factor(self) -> str:
        """Return the kind in one word: `sms`, `otp`, `email` …."""
        return self.oob_channel or self.authenticator_type


@dataclass(frozen=True, slots=True)
class MfaApi:
    """A client of the MFA API; only the challenge sends client credentials."""

    _http: HttpClient

    def associate_phone(self, access_token: Secret, number: str, channel: str = "sms") -> Outcome[PhoneEnrollment]:
        """Start enrolling a phone by SMS or by voice call; the tenant sends a binding code."""
        response = self._http.send(
            "POST",
            "/mfa/associate",
            bearer=access_token,
            json={
                "authenticator_types": ["oob"],
                "oob_channels": [channel],
                "phone_number": number,
            },
        )
        return outcome_of("start enrolling the phone", response, _phone_enrollment)

    def associate_email(self, access_token: Secret, address: str) -> Outcome[PhoneEnrollment]:
        """Start enrolling an e-mail address; the tenant sends a binding code. The response is that of a phone."""
        body: dict[str, Value] = {"authenticator_types": ["oob"], "oob_channels": ["email"], "email": address}
        response = self._http.send("POST", "/mfa/associate", bearer=access_token, json=body)
        return outcome_of("start enrolling an e-mail address", response, _phone_enrollment)

    def associate_app(self, access_token: Secret) -> Outcome[AppEnrollment]:
        """Start enrolling an authenticator app; the tenant returns its key."""
        response = self._http.send("POST", "/mfa/associate", bearer=access_token, json={"authenticator_types": ["otp"]})
        return outcome_of("start enrolling an authenticator app", response, _app_enrollment)

    def challenge_phone(
        self, application: Application, mfa_token: Secret, authenticator_id: str | None = None
    ) -> Outcome[PhoneEnrollment]:
        """Request an SMS challenge with the opaque `mfa_token` of `mfa_required` (AF-CHAL-01)."""
        secret = {} if application.client_secret is None else {"client_secret": application.client_secret}
        which = {} if authenticator_id is None else {"authenticator_id": authenticator_id}
        body: dict[str, Value] = {
            "client_id": application.client_id, "mfa_token": mfa_token, "challenge_type": "oob", **secret, **which,
        }  # fmt: skip
        return outcome_of("request an SMS challenge", self._http.send("POST", "/mfa/challenge", json=body), _challenge)

    def authenticators(self, access_token: Secret) -> Outcome[list[Authenticator]]:
        """Return the user's authenticators, unconfirmed ones included."""
        response = self._http.send("GET", "/mfa/authenticators", bearer=access_token)
        return outcome_of(
            "list the authenticators", response, lambda listed: [_authenticator(x, listed) for x in listed.items()]
        )

    def remove(self, access_token: Secret, authenticator_id: str) -> Outcome[bool]:
        """Remove an authenticator."""
        response = self._http.send(
            "DELETE", f"/mfa/authenticators/{quote(authenticator_id, safe='')}", bearer=access_token
        )
        return outcome_of("remove the authenticator", response, lambda _: True)


def _challenge(response: Response) -> PhoneEnrollment:
    if (found := string_in(response, "challenge_type")) != "oob":
        raise response.malformed(f"challenge_type oob: it was {found}")
    return PhoneEnrollment(
        oob_code=Secret(string_in(response, "oob_code"), "oob_code"),
        oob_channel="sms",
        binding_method=response.mapping().get("binding_method"),
    )


def _phone_enrollment(response: Response) -> PhoneEnrollment:
    _expect_type(response, "oob")
    return PhoneEnrollment(
        oob_code=Secret(string_in(response, "oob_code"), "oob_code"),
        oob_channel=string_in(response, "oob_channel"),
        binding_method=response.mapping().get("binding_method"),
        recovery_codes=_recovery_codes(response),
    )


def _app_enrollment(response: Response) -> AppEnrollment:
    _expect_type(response, "otp")
    return AppEnrollment(
        secret=Secret(string_in(response, "secret"), "set-up key"),
        barcode_uri=Secret(string_in(response, "barcode_uri"), "barcode_uri"),
        recovery_codes=_recovery_codes(response),
    )


def _recovery_codes(response: Response) -> tuple[Secret, ...]:
    """Return the recovery codes; "none" is an empty list or no key (AF-ENROLL-22, AF-ENROLL-23)."""
    listed = response.mapping().get("recovery_codes") or []
    if not isinstance(listed, list) or not all(isinstance(code, str) for code in listed):
        raise response.malformed("recovery_codes that are strings")
    return tuple(Secret(code, "recovery code") for code in listed)


def _expect_type(response: Response, expected: str) -> None:
    if (found := string_in(response, "authenticator_type")) != expected:
        raise response.malformed(f"authenticator_type {expected}: it was {found}")


def _authenticator(item: dict[str, Any], response: Response) -> Authenticator:
    if not (isinstance(item.get("id"), str) and isinstance(item.get("active"), bool)):
        raise response.malformed("id and active of every authenticator")
    # Some samples have `oob_channels` (AF-LIST-03).
    channel: object = item.get("oob_channel", item.get("oob_channels"))
    if isinstance(channel, list) and channel:
        channel = channel[0]
    kind = item.get("authenticator_type")
    if not isinstance(kind, str) or (channel and kind != "oob"):
        raise response.malformed(f"authenticator_type oob for the channel {channel}: it was {kind}")
    return Authenticator(
        id=item["id"],
        authenticator_type=kind,
        active=item["active"],
        oob_channel=channel if isinstance(channel, str) else None,
        name=item.get("name"),
    )
