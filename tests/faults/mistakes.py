"""What a person does in the dashboard by mistake, done through the Management API."""

from __future__ import annotations

from collections.abc import Callable

from tests.tenant.running import Running


def switch_sms_off(tenant: Running) -> None:
    """SMS is switched off."""
    assert tenant.operator("PUT", "/guardian/factors/sms", {"enabled": False}).status_code == 200


def switch_otp_off(tenant: Running) -> None:
    """One-time passwords are switched off."""
    assert tenant.operator("PUT", "/guardian/factors/otp", {"enabled": False}).status_code == 200


def take_the_mfa_grant(tenant: Running) -> None:
    """The single-page application loses the MFA grant."""
    path = f"/clients/{tenant.application('spa').client_id}"
    assert tenant.operator("PATCH", path, {"grant_types": ["authorization_code"]}).status_code == 200


def take_one_mfa_grant(tenant: Running) -> None:
    """The single-page application loses one of the three MFA grants."""
    path = f"/clients/{tenant.application('spa').client_id}"
    grants = tenant.operator("GET", path).json()["grant_types"]
    kept = [grant for grant in grants if not grant.endswith("mfa-otp")]
    assert tenant.operator("PATCH", path, {"grant_types": kept}).status_code == 200


def make_the_spa_confidential(tenant: Running) -> None:
    """The single-page application is made to need a secret."""
    path = f"/clients/{tenant.application('spa').client_id}"
    body = {"token_endpoint_auth_method": "client_secret_post"}
    assert tenant.operator("PATCH", path, body).status_code == 200


def call_instead_of_texting(tenant: Running) -> None:
    """Phones are called instead of texted."""
    body = {"message_types": ["voice"]}
    assert tenant.operator("PUT", "/guardian/factors/phone/message-types", body).status_code == 200


def text_by_twilio(tenant: Running) -> None:
    """Texts go out through Twilio, where the suite does not read them."""
    path = "/guardian/factors/phone/selected-provider"
    assert tenant.operator("PUT", path, {"provider": "twilio"}).status_code == 200


def take_the_callback(tenant: Running) -> None:
    """The single-page application's callback is no longer registered."""
    path = f"/clients/{tenant.application('spa').client_id}"
    assert tenant.operator("PATCH", path, {"callbacks": ["https://other.test/callback"]}).status_code == 200


def take_the_connection(tenant: Running) -> None:
    """The connection is switched off for the single-page application."""
    name = tenant.settings["AUTH0_CONNECTION"]
    (connection,) = tenant.operator("GET", f"/connections?name={name}").json()
    body = [{"client_id": tenant.application("spa").client_id, "status": False}]
    assert tenant.operator("PATCH", f"/connections/{connection['id']}/clients", body).status_code == 204


def take_the_third_party_in(tenant: Running) -> None:
    """The application of a third party is made the tenant's own, and gets the MFA grant."""
    path = f"/clients/{tenant.application('third_party').client_id}"
    grants = tenant.operator("GET", f"/clients/{tenant.application('spa').client_id}").json()["grant_types"]
    assert tenant.operator("PATCH", path, {"is_first_party": True, "grant_types": grants}).status_code == 200


MISTAKES: dict[str, Callable[[Running], None]] = {
    mistake.__name__.replace("_", "-"): mistake
    for mistake in (
        switch_sms_off,
        switch_otp_off,
        take_the_mfa_grant,
        take_one_mfa_grant,
        make_the_spa_confidential,
        call_instead_of_texting,
        text_by_twilio,
        take_the_callback,
        take_the_connection,
        take_the_third_party_in,
    )
}
"""By the name under which a requirement declares it among its faults."""
