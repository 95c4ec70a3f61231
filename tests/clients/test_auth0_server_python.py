"""auth0-server-python: its MFA client enrolls, lists, challenges and confirms. It has no call that removes."""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import Callable
from typing import Any

import pytest

from tests.tenant.client import SCOPE, Application, LocalTenant, User, wrong

with warnings.catch_warnings(record=True):  # while it loads it uses what its own libraries advise against
    warnings.simplefilter("always")
    from auth0_server_python.auth_server.mfa_client import MfaClient
    from auth0_server_python.error import (
        MfaChallengeError,
        MfaEnrollmentError,
        MfaListAuthenticatorsError,
        MfaVerifyError,
    )


class Sdk:
    """The client, called from tests that are not async; tokens go in as it wants them, wrapped by itself."""

    def __init__(self, tenant: LocalTenant, application: Application) -> None:
        self.client = MfaClient(
            tenant.settings["AUTH0_DOMAIN"], application.client_id, application.client_secret or "", "a secret of ours"
        )

    def __call__(self, method: Callable[..., Any], token: str, **options: str) -> Any:
        wrapped = self.client._encrypt_mfa_token(token, "https://audience.test", "openid")
        return asyncio.run(method({"mfa_token": wrapped, **options}))

    def enroll(self, token: str, factor: str, **more: str) -> Any:
        return self(self.client.enroll_authenticator, token, factor_type=factor, **more)

    def list(self, token: str) -> Any:
        return self(self.client.list_authenticators, token)

    def challenge(self, token: str, factor: str, **more: str) -> Any:
        return self(self.client.challenge_authenticator, token, factor_type=factor, **more)

    def verify(self, token: str, **answer: str) -> Any:
        return self(self.client.verify, token, **answer)


@pytest.fixture(params=["web", "spa"])
def application(request: pytest.FixtureRequest, tenant: LocalTenant) -> Application:
    return tenant.application(request.param)


def test_a_user_enrolls_both_factors_with_the_token_of_a_sign_in(
    tenant: LocalTenant, application: Application, user: User
) -> None:
    sdk, token = Sdk(tenant, application), user.sign_in(application)["access_token"]
    phone = sdk.enroll(token, "sms", phone_number=user.phone)
    assert (phone.oob_channel, phone.binding_method) == ("sms", "prompt")
    code = user.sms_code()
    with pytest.raises(MfaVerifyError, match=r"Invalid binding_code\."):
        sdk.verify(token, oob_code=phone.oob_code, binding_code=wrong(code))
    verified = sdk.verify(token, oob_code=phone.oob_code, binding_code=code)
    assert (verified.scope, verified.expires_in) == ("enroll read:authenticators remove:authenticators", 600)
    app = sdk.enroll(token, "otp")
    user.secret = app.secret
    assert sdk.verify(token, otp=user.app_code()).access_token
    listed = [(one.authenticator_type, one.active, one.oob_channel, one.type) for one in sdk.list(token)]
    assert listed == [("oob", True, "sms", "phone"), ("otp", True, None, "otp")]


def test_an_enrolled_user_is_challenged_with_the_opaque_token(
    tenant: LocalTenant, application: Application, user: User
) -> None:
    sdk = Sdk(tenant, application)
    before = user.sign_in(application)["access_token"]
    phone = sdk.enroll(before, "sms", phone_number=user.phone)
    sdk.verify(before, oob_code=phone.oob_code, binding_code=user.sms_code())
    token = user.mfa_token(application, audience=tenant.mfa_audience, scope=SCOPE)
    with pytest.raises(MfaEnrollmentError, match=r"User is already enrolled\."):
        sdk.enroll(token, "otp")
    (listed,) = sdk.list(token)
    challenge = sdk.challenge(token, "sms", authenticator_id=listed.id)
    assert (challenge.challenge_type, challenge.binding_method) == ("oob", "prompt")
    verified = sdk.verify(token, oob_code=challenge.oob_code, binding_code=user.sms_code())
    assert (verified.scope, verified.expires_in) == (SCOPE, 600)
    with pytest.raises(MfaChallengeError, match="does not support the requested challenge type"):
        sdk.challenge(token, "otp")


def test_a_token_that_is_none_is_told_in_the_tenants_words(tenant: LocalTenant, application: Application) -> None:
    sdk = Sdk(tenant, application)
    with pytest.raises(MfaListAuthenticatorsError, match="Try getting a new token"):
        sdk.list("nothing")
    with pytest.raises(MfaChallengeError, match="Malformed mfa_token"):
        sdk.challenge("nothing", "otp")
