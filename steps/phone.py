"""SMS messages on the user's phone, and what the QR code for an authenticator app contains."""

from __future__ import annotations

from pytest_bdd import then

from mfa_verification.auth0.mfa_api import AppEnrollment
from mfa_verification.auth0.tenant import Tenant
from mfa_verification.authenticator_app import AuthenticatorApp
from mfa_verification.users.confirmations import OutOfBandCode
from mfa_verification.users.directory import TestUsers
from steps.words import parse


@then(parse("{user}'s phone receives exactly one SMS message, with a six-digit code"))
def received_one_text(users: TestUsers, user: str) -> None:
    # Waits for the message: none is inconclusive; two at once, or one without a code, are nonconforming.
    users[user].held.latest(OutOfBandCode).watch.code()
    beyond = users[user].phone.unexpected_messages()
    assert beyond == 0, f"expected one SMS message to {user}'s phone, and {beyond} more came"


@then(parse("{user}'s phone receives only SMS messages that {they} requested"))
def no_unexpected_text(users: TestUsers, user: str) -> None:
    beyond = users[user].phone.unexpected_messages()
    assert beyond == 0, f"expected no SMS message that {user} did not request, and {beyond} came"


@then(parse("{user}'s QR code and set-up key produce the same OTP codes"))
def qr_code_and_key_agree(users: TestUsers, tenant: Tenant, user: str) -> None:
    app, key = users[user].app, users[user].held.latest(AppEnrollment).secret
    typed = AuthenticatorApp.from_key(key, app.account, app.issuer)
    assert app.same_codes_as(typed, tenant.clock.now()), (
        "expected the set-up key and the QR code to give the same codes, and they do not"
    )


@then(parse("{user}'s QR code contains the tenant's name and {their} email address"))
def qr_code_names_tenant_and_user(users: TestUsers, tenant: Tenant, user: str) -> None:
    app, email = users[user].app, users[user].email
    assert app.issuer == tenant.name, f"expected the issuer {tenant.name}, and it is {app.issuer}"
    assert app.label_issuer in ("", tenant.name), (
        f"expected the label to name {tenant.name}, and it names {app.label_issuer}"
    )
    assert app.account == email, f"expected the account {email}, and it is {app.account}"


@then(parse("{user}'s QR code works in standard authenticator apps: SHA-1, 6 digits, 30 seconds"))
def qr_code_is_standard(users: TestUsers, user: str) -> None:
    app = users[user].app
    asked = (app.algorithm, app.digits, app.period)
    assert asked == ("SHA1", 6, 30), f"expected SHA1, 6 digits, 30 s, which every app supports, and it is {asked}"
