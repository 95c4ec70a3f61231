"""The authenticator app, and what the tenant tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_bdd import parsers, then

if TYPE_CHECKING:
    from mfa_verification.auth0.tenant import Tenant
    from mfa_verification.users.directory import Household


@then(parsers.parse("typing the key and scanning the code give {name:w}'s app the same codes"))
def key_and_code_agree(people: Household, tenant: Tenant, name: str) -> None:
    typed = people[name].app_set_up_by_key()
    assert people[name].app.same_codes_as(typed, tenant.clock.now()), (
        "expected the set-up key and the QR code to give the same codes, and they do not"
    )


@then(parsers.parse("{name:w}'s app shows the tenant's name and {pronoun:w} e-mail address"))
def app_names_tenant_and_person(people: Household, tenant: Tenant, name: str) -> None:
    app, email = people[name].app, people[name].email
    assert app.issuer == tenant.name, f"expected the issuer {tenant.name}, and it is {app.issuer}"
    assert app.label_issuer in ("", tenant.name), (
        f"expected the label to name {tenant.name}, and it names {app.label_issuer}"
    )
    assert app.account == email, f"expected the account {email}, and it is {app.account}"


@then(parsers.parse("{name:w}'s app needs nothing that other apps lack"))
def any_app_would_do(people: Household, name: str) -> None:
    app = people[name].app
    asked = (app.algorithm, app.digits, app.period)
    assert asked == ("SHA1", 6, 30), f"expected SHA1, 6 digits, 30 s, which every app supports, and it is {asked}"
