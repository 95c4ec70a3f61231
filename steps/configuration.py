"""The tenant's settings, as the operator has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_bdd import given, parsers

if TYPE_CHECKING:
    from mfa_verification.auth0.tenant import Tenant

FACTORS = {"SMS": "sms", "one-time password": "otp", "e-mail": "email", "recovery code": "recovery-code"}
"""The dashboard's words, and the Management API's (contract, 7.4)."""


@given("these factors are on")
def factors_are_on(tenant: Tenant, datatable: list[list[str]]) -> None:
    on = tenant.management.factors()
    off = [factor for (factor,) in datatable if not on.get(FACTORS[factor])]
    assert not off, (
        f"expected these factors to be on, and they are off: {', '.join(off)} (Security > Multi-factor Auth)"
    )


@given(parsers.parse("the factor {factor} is off"))
def factor_is_off(tenant: Tenant, factor: str) -> None:
    assert not tenant.management.factors().get(FACTORS[factor]), f"expected the factor {factor} to be off, and it is on"


@given(parsers.parse("the {application} has the MFA grant"))
def has_mfa_grant(tenant: Tenant, application: str) -> None:
    missing = tenant.missing_mfa_grants(application)
    assert not missing, (
        f"expected the {application} to have the MFA grant, and it lacks {', '.join(missing)} "
        "(Applications > Advanced Settings > Grant Types)"
    )


@given(parsers.parse("the {application} does not have the MFA grant"))
def lacks_mfa_grant(tenant: Tenant, application: str) -> None:
    assert len(tenant.missing_mfa_grants(application)) == 3, (
        f"expected the {application} to have no MFA grant, and it has"
    )


@given(parsers.re(r"the (?P<application>[\w -]+) has the (?P<grant>password|refresh token) grant"))
def has_grant(tenant: Tenant, application: str, grant: str) -> None:
    granted = tenant.grants_of(application)
    assert grant.replace(" ", "_") in granted, f"expected the {application} to have the {grant} grant, and it lacks it"
