"""Mistakes in the configuration of a tenant, made through the Management API. Each docstring is a row of a page."""

from __future__ import annotations

from collections.abc import Callable

from tests.tenant.client import LocalTenant


def switch_sms_off(tenant: LocalTenant) -> None:
    """SMS is switched off."""
    assert tenant.management("PUT", "/guardian/factors/sms", {"enabled": False}).status_code == 200


def switch_otp_off(tenant: LocalTenant) -> None:
    """OTP is switched off."""
    assert tenant.management("PUT", "/guardian/factors/otp", {"enabled": False}).status_code == 200


def remove_the_mfa_grant(tenant: LocalTenant) -> None:
    """The single-page application loses the MFA grant."""
    path = f"/clients/{tenant.application('spa').client_id}"
    assert tenant.management("PATCH", path, {"grant_types": ["authorization_code"]}).status_code == 200


def remove_one_mfa_grant(tenant: LocalTenant) -> None:
    """The single-page application loses one of the three MFA grants."""
    path = f"/clients/{tenant.application('spa').client_id}"
    grants = tenant.management("GET", path).json()["grant_types"]
    kept = [grant for grant in grants if not grant.endswith("mfa-otp")]
    assert tenant.management("PATCH", path, {"grant_types": kept}).status_code == 200


def make_the_spa_confidential(tenant: LocalTenant) -> None:
    """The single-page application is changed to authenticate with a client secret."""
    path = f"/clients/{tenant.application('spa').client_id}"
    body = {"token_endpoint_auth_method": "client_secret_post"}
    assert tenant.management("PATCH", path, body).status_code == 200


def send_codes_by_voice_call(tenant: LocalTenant) -> None:
    """Codes are sent by voice call instead of SMS."""
    body = {"message_types": ["voice"]}
    assert tenant.management("PUT", "/guardian/factors/phone/message-types", body).status_code == 200


def send_sms_by_twilio(tenant: LocalTenant) -> None:
    """SMS messages are sent with Twilio, where the suite cannot read them."""
    account = {"sid": "AC1", "auth_token": "secret", "from": "+15005550006"}
    assert tenant.management("PUT", "/guardian/factors/phone/providers/twilio", account).status_code == 200
    send_sms_by_twilio_without_account(tenant)


def send_sms_by_twilio_without_account(tenant: LocalTenant) -> None:
    """Twilio is selected for SMS messages, without an account."""
    path = "/guardian/factors/phone/selected-provider"
    assert tenant.management("PUT", path, {"provider": "twilio"}).status_code == 200


def switch_duo_on(tenant: LocalTenant) -> None:
    """Duo is switched on, without an account."""
    assert tenant.management("PUT", "/guardian/factors/duo", {"enabled": True}).status_code == 200


def require_mfa_without_a_usable_factor(tenant: LocalTenant) -> None:
    """MFA is required for all applications, and email is the only factor."""
    for factor in tenant.management("GET", "/guardian/factors").json():
        body = {"enabled": factor["name"] == "email"}
        assert tenant.management("PUT", f"/guardian/factors/{factor['name']}", body).status_code == 200
    assert tenant.management("PUT", "/guardian/policies", ["all-applications"]).status_code == 200


def _write_templates(tenant: LocalTenant, words: str) -> None:
    body = {"enrollment_message": words, "verification_message": words}
    assert tenant.management("PUT", "/guardian/factors/phone/templates", body).status_code == 200


def write_an_sms_template_without_code(tenant: LocalTenant) -> None:
    """The SMS templates do not contain the code."""
    _write_templates(tenant, "Welcome to {{tenant.friendly_name}}. Please enter your code.")


def write_an_sms_template_without_sender(tenant: LocalTenant) -> None:
    """The SMS templates do not name their sender."""
    _write_templates(tenant, "Your code: {{ code }}")


def write_a_long_sms_template(tenant: LocalTenant) -> None:
    """The SMS templates contain characters that make each text two messages long."""
    _write_templates(tenant, "{{code}} – your code for {{tenant.friendly_name}} – do not share it with anyone, ever.")


def switch_brute_force_protection_off(tenant: LocalTenant) -> None:
    """Brute-force protection is switched off."""
    body = {"enabled": False}
    assert tenant.management("PATCH", "/attack-protection/brute-force-protection", body).status_code == 200


def let_throttling_only_notify(tenant: LocalTenant) -> None:
    """Suspicious-IP throttling only notifies the administrator."""
    body = {"shields": ["admin_notification"]}
    assert tenant.management("PATCH", "/attack-protection/suspicious-ip-throttling", body).status_code == 200


def leave_a_localhost_callback(tenant: LocalTenant) -> None:
    """The single-page application lists a callback URL on localhost, and the tenant asks for no confirmation."""
    spa = tenant.application("spa")
    body = {
        "callbacks": [spa.callback, "http://localhost:3000/callback"],
        "skip_non_verifiable_callback_uri_confirmation_prompt": True,
    }
    assert tenant.management("PATCH", f"/clients/{spa.client_id}", body).status_code == 200


def _change_refresh_tokens(tenant: LocalTenant, **settings: str) -> None:
    path = f"/clients/{tenant.application('spa').client_id}"
    body = {"refresh_token": {"rotation_type": "rotating", "expiration_type": "expiring"} | settings}
    assert tenant.management("PATCH", path, body).status_code == 200


def stop_rotating_refresh_tokens(tenant: LocalTenant) -> None:
    """The single-page application's refresh tokens can be used more than once."""
    _change_refresh_tokens(tenant, rotation_type="non-rotating")


def let_refresh_tokens_never_expire(tenant: LocalTenant) -> None:
    """The single-page application's refresh tokens never expire."""
    _change_refresh_tokens(tenant, expiration_type="non-expiring")


def bind_an_action_without_its_permission(tenant: LocalTenant) -> None:
    """An Action chooses the factor at sign-in, and the tenant does not allow Actions to do so."""
    code = 'exports.onExecutePostLogin = async (event, api) => api.authentication.challengeWith({ type: "otp" });'
    trigger = {"id": "post-login", "version": "v3"}
    action = {"name": "ask-for-the-app", "code": code, "supported_triggers": [trigger], "deploy": True}
    made = tenant.management("POST", "/actions/actions", action)
    assert made.status_code == 201
    body = {"bindings": [{"ref": {"type": "action_id", "value": made.json()["id"]}}]}
    assert tenant.management("PATCH", "/actions/triggers/post-login/bindings", body).status_code == 200


def remove_the_callback(tenant: LocalTenant) -> None:
    """The single-page application's callback URL is not registered."""
    path = f"/clients/{tenant.application('spa').client_id}"
    assert tenant.management("PATCH", path, {"callbacks": ["https://other.test/callback"]}).status_code == 200


def remove_the_connection(tenant: LocalTenant) -> None:
    """The connection is disabled for the single-page application."""
    name = tenant.settings["AUTH0_CONNECTION"]
    (connection,) = tenant.management("GET", f"/connections?name={name}").json()
    body = [{"client_id": tenant.application("spa").client_id, "status": False}]
    assert tenant.management("PATCH", f"/connections/{connection['id']}/clients", body).status_code == 204


def make_the_third_party_first_party(tenant: LocalTenant) -> None:
    """The third-party application is changed to first-party, and gets the MFA grant."""
    path = f"/clients/{tenant.application('third_party').client_id}"
    grants = tenant.management("GET", f"/clients/{tenant.application('spa').client_id}").json()["grant_types"]
    assert tenant.management("PATCH", path, {"is_first_party": True, "grant_types": grants}).status_code == 200


MISTAKES: dict[str, Callable[[LocalTenant], None]] = {
    mistake.__name__.replace("_", "-"): mistake
    for mistake in (
        switch_sms_off,
        switch_otp_off,
        remove_the_mfa_grant,
        remove_one_mfa_grant,
        make_the_spa_confidential,
        send_codes_by_voice_call,
        send_sms_by_twilio,
        send_sms_by_twilio_without_account,
        switch_duo_on,
        require_mfa_without_a_usable_factor,
        write_an_sms_template_without_code,
        write_an_sms_template_without_sender,
        write_a_long_sms_template,
        switch_brute_force_protection_off,
        let_throttling_only_notify,
        leave_a_localhost_callback,
        stop_rotating_refresh_tokens,
        let_refresh_tokens_never_expire,
        bind_an_action_without_its_permission,
        remove_the_callback,
        remove_the_connection,
        make_the_third_party_first_party,
    )
}
"""Each mistake by the name that requirements use in `faults`."""
