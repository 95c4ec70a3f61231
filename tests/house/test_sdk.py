"""Signing in through the vendor's SDK: it gets tokens, or says whether the tenant is to blame."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from mfa_verification.auth0 import spa_js
from mfa_verification.auth0.mfa_api import SCOPE
from mfa_verification.core.outcome import Inconclusive, NotApplicable, TenantFault, classify
from mfa_verification.core.secret import Secret
from mfa_verification.core.verdict import Cause, Verdict
from mfa_verification.settings.profile import Application
from mfa_verification.users.directory import TestUser
from steps.settings import lacks_sdk
from tests.tenant.client import LocalTenant

with_sdk = pytest.mark.skipif(not spa_js.SCRIPT.is_file(), reason="`make sdk` fetches the SDK, where Node is")


@pytest.fixture(autouse=True)
def _calm(served: LocalTenant) -> Iterator[None]:
    yield
    served.controls("DELETE", "/outages")


@with_sdk
@pytest.mark.parametrize(
    ("answer", "cause"),
    [("429", Cause.RATE_LIMITED), ("503", Cause.TENANT_UNAVAILABLE), ("cut", Cause.TENANT_UNREACHABLE)],
)
def test_trouble_is_not_the_tenants_fault(
    served: LocalTenant, ava: TestUser, spa: Application, answer: str, cause: Cause
) -> None:
    served.controls("POST", "/outages", {"path": "/oauth/token", "count": 20, "response": answer})
    with pytest.raises(Inconclusive) as met:
        ava.sign_in.by_sdk(spa)
    assert met.value.cause is cause, met.value


@with_sdk
def test_a_refusal_is_told_in_the_tenants_words(served: LocalTenant, ava: TestUser, spa: Application) -> None:
    path = f"/clients/{spa.client_id}"
    served.management("PATCH", path, {"token_endpoint_auth_method": "client_secret_post"})
    refused = ava.sign_in.by_sdk(spa)
    served.management("PATCH", path, {"token_endpoint_auth_method": "none"})
    assert refused.refusal is not None
    assert str(refused.refusal) == 'access_denied (401): "Unauthorized"'
    assert refused.screens == ("login",)


@with_sdk
def test_a_callback_that_answers_another_request_is_not_taken(ava: TestUser, spa: Application) -> None:
    device = ava.tenant.devices.device()
    sdk = spa_js.SpaJs(device, spa, ava.tenant.profile.host, [], ava.tenant.clock)
    sdk.login(ava.tenant.profile.mfa_audience, SCOPE)
    with pytest.raises(TenantFault) as met:
        sdk.take({"code": Secret("x", "code"), "state": Secret("of another", "state")})
    device.close()
    assert met.value.cause is Cause.CALLBACK_NOT_VALID


def test_without_the_sdk_nothing_is_said_of_the_tenant(ava: TestUser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spa_js, "SCRIPT", Path("nowhere"))
    with pytest.raises(NotApplicable, match="make sdk") as met:
        lacks_sdk(ava.tenant)
    assert classify(met.value, judging=True)[:2] == (Verdict.NOT_APPLICABLE, Cause.NODE_MISSING)


def test_a_page_that_browsers_do_not_trust_is_not_tried(ava: TestUser, spa: Application) -> None:
    with pytest.raises(NotApplicable, match="https or localhost"):
        ava.sign_in.by_sdk(replace(spa, callback="http://app.example.test/callback"))
