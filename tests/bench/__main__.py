"""Measure how fast everything is: `make bench` prints medians and ratios, and never fails a build."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from urllib.parse import parse_qs, urljoin, urlsplit

import requests

from mfa_verification.auth0.authentication import AuthorizationCode
from mfa_verification.auth0.mfa_api import SCOPE
from mfa_verification.auth0.tenant import Tenant
from mfa_verification.core.secret import Secret
from mfa_verification.guard.preflight import browser_for
from mfa_verification.login.browser import LoginBrowser
from mfa_verification.login.credentials import Credentials
from mfa_verification.login.http_window import HttpDevices
from mfa_verification.phones.numbers import NumberGenerator
from mfa_verification.phones.phone import Phone
from mfa_verification.phones.registry import factory_of, setting_names
from mfa_verification.settings.profile import profile_from
from mfa_verification.users.directory import Addresses, TestUsers
from tests.bench.inbox import measure_the_inbox
from tests.bench.journey import measure_the_seed_journey
from tests.bench.local_tenant import measure_responses, measure_starts
from tests.bench.pairs import median_ms, seconds_of, side_by_side
from tests.tenant.client import LocalTenant


def bare_sign_in(running: LocalTenant, browser: LoginBrowser, tenant: Tenant, credentials: Credentials) -> None:
    """Make the clicks of a sign-in in a script that checks nothing."""
    application = tenant.application("single-page application")
    request = tenant.authentication.request(application, tenant.profile.mfa_audience, SCOPE)
    context = browser.context()
    page = context.new_page()
    page.goto(f"https://{tenant.profile.host}{request.path}", wait_until="domcontentloaded")
    page.fill("#username", credentials.email)
    page.fill("#password", credentials.password.reveal())
    with page.expect_request(lambda asked: asked.url.startswith(application.callback)) as landed:
        page.click("button[value=default]")
    code = landed.value.url.partition("code=")[2].partition("&")[0]
    form = {
        "grant_type": "authorization_code", "client_id": application.client_id, "code": code,
        "redirect_uri": application.callback, "code_verifier": request.verifier.reveal(),
    }  # fmt: skip
    running.http.post(running.url("/oauth/token"), data=form).raise_for_status()
    context.close()


def bare_http_sign_in(tenant: Tenant, credentials: Credentials) -> None:
    """Send the requests of a sign-in in a script that checks nothing: the rest is the tenant's own time."""
    application = tenant.application("single-page application")
    request = tenant.authentication.request(application, tenant.profile.mfa_audience, SCOPE)
    with requests.Session() as session:
        session.trust_env, session.verify = False, str(tenant.profile.ca_bundle)
        page = session.get(f"https://{tenant.profile.host}{request.path}")
        state = parse_qs(urlsplit(page.url).query)["state"][0]
        form = {
            "state": state,
            "username": credentials.email,
            "password": credentials.password.reveal(),
            "action": "default",
        }
        response = session.post(page.url, data=form, allow_redirects=False)
        while not response.headers["Location"].startswith(application.callback):
            response = session.get(urljoin(page.url, response.headers["Location"]), allow_redirects=False)
    code = parse_qs(urlsplit(response.headers["Location"]).query)["code"][0]
    tenant.authentication.redeem(AuthorizationCode(request, Secret(code, "code"))).result()


def measure(running: LocalTenant, tenant: Tenant, browser: LoginBrowser) -> None:
    """Print one line for each figure."""
    keys = median_ms(lambda: running.http.get(running.url("/.well-known/jwks.json")), 200)
    print(f"response of the local tenant (its keys): {keys:.1f} ms")
    provider = factory_of(tenant.profile.phone_provider)(tenant.profile.phone_settings)
    numbers = NumberGenerator(tenant.profile.phone_number_pattern, 0, 1, 0)
    addresses = Addresses("bench", 0, lambda *_: None)
    users = TestUsers(tenant, "bench", addresses.next, lambda _, number=None: Phone(number or numbers.next(), provider))
    print(f"a user created and removed: {median_ms(lambda: (users.create('Ben'), users.remove_all())):.1f} ms")
    user = users.create("Ava")
    credentials = Credentials(user.email, user.password)
    application = tenant.application("single-page application")
    ours, bare, ratio = side_by_side(
        lambda: seconds_of(lambda: user.sign_in(application).result()),
        lambda: seconds_of(lambda: bare_sign_in(running, browser, tenant, credentials)),
    )
    print(f"a sign-in in a fresh context: {ours:.0f} ms; a bare script: {bare:.0f} ms; ratio {ratio:.2f} (under 1.15)")
    tenant.devices = HttpDevices(tenant.profile.ca_bundle)
    ours, bare, _ = side_by_side(
        lambda: seconds_of(lambda: user.sign_in(application).result()),
        lambda: seconds_of(lambda: bare_http_sign_in(tenant, credentials)),
    )
    print(f"a sign-in by HTTP: {ours:.0f} ms; a bare script: {bare:.0f} ms; more by {ours - bare:.0f} ms (under 40)")
    tenant.devices = browser
    users.remove_all()


def memory_mb(running: LocalTenant) -> float:
    """Return the memory of the tenant's process, in megabytes (Linux only)."""
    assert running.process is not None
    status = Path(f"/proc/{running.process.pid}/status")
    held = [line.split()[1] for line in status.read_text().splitlines() if line.startswith("VmRSS")]
    return int(held[0]) / 1024


def measure_many_users(running: LocalTenant, many: int = 1_000) -> None:
    """Print the memory for so many users with two factors each; this takes a minute."""
    before = memory_mb(running)
    for _ in range(many):
        user = running.user()
        user.enroll_with(user.enroll("sms", running.spa), "otp", running.spa)
    print(f"memory of the local tenant: {before:.0f} MB")
    print(f"with {many} users of two factors: {memory_mb(running):.0f} MB (should be under 150)")
    path = f"/users/{user.user_id}"
    print(f"one of them looked up: {median_ms(lambda: running.management('GET', path), 200):.1f} ms")


def measure_the_administrators_lists(running: LocalTenant) -> None:
    """Print the times of a page of 100 users and of a search in a log of 10,000 events."""
    while _total(running, "/users") < 100:
        running.user()
    assert len(running.management("GET", "/users?per_page=100").json()) == 100
    page = median_ms(lambda: running.management("GET", "/users?per_page=100"), 50)
    print(f"a page of 100 users: {page:.1f} ms (should be under 10)")
    spa = running.spa
    while _total(running, "/logs") < 10_000:
        running.token(spa.body(grant_type="refresh_token", refresh_token="x"))
    for what, query in {"many": 'type:"fertft" AND ip:"127.0.0.1"', "nothing": 'type:"gd_x"'}.items():
        search = median_ms(lambda asked=f"/logs?q={query}": running.management("GET", asked), 50)  # type: ignore[misc]
        print(f"a search of 10,000 events that finds {what}: {search:.1f} ms (should be under 20)")


def _total(running: LocalTenant, path: str) -> int:
    return int(running.management("GET", f"{path}?per_page=1&include_totals=true").json()["total"])


def main() -> None:
    """Start a tenant and a browser, and measure them."""
    measure_starts()
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        running = LocalTenant.serve(Path(folder))
        print(f"local tenant ready after {(time.perf_counter() - began) * 1000:.0f} ms")
        profile = profile_from(running.settings, "the local tenant", setting_names)
        browser = browser_for(profile)
        tenant = Tenant(profile, browser)
        try:
            # First: the suite needs a connection without other users, and a thread without Playwright's driver.
            measure_the_seed_journey(running, tenant, Path(folder) / "tenant.env")
            began = time.perf_counter()
            browser.start()
            print(f"browser ready after {(time.perf_counter() - began) * 1000:.0f} ms")
            measure_responses(running)
            measure_the_inbox(profile)
            measure(running, tenant, browser)
            measure_the_administrators_lists(running)
            if Path("/proc/self/status").exists():
                measure_many_users(running)
        finally:
            tenant.close()
            browser.close()
            running.stop()


if __name__ == "__main__":
    main()
