"""What the application under test sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_bdd import parsers, then

if TYPE_CHECKING:
    from mfa_verification.auth0.tenant import Tenant


@then(parsers.re(r"(?P<application>[\w -]+ application) sent no secret at sign-in, enrolment or confirmation"))
def sent_no_secret(tenant: Tenant, application: str) -> None:
    sent = tenant.sent_by(application.removeprefix("the "))
    places = {exchange.path for exchange in sent}
    assert places >= {"/authorize", "/oauth/token", "/mfa/associate"}, f"expected all three to be seen; seen: {places}"
    leaks = [str(exchange) for exchange in sent if exchange.carries_client_secret]
    assert not leaks, f"expected no client secret in anything that was sent, and it is in {'; '.join(leaks)}"
