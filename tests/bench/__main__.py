"""How fast: `make bench`. Prints medians and ratios of one run; it never fails a build."""

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
from tests.bench.local_tenant import measure_answers, measure_starts
from tests.bench.pairs import median_ms, seconds_of, side_by_side
from tests.tenant.driving import associate_app, confirm_app, create_person, enroll_phone
from tests.tenant.running import Running, start


def bare_sign_in(running: Running, browser: LoginBrowser, tenant: Tenant, who: Credentials) -> None:
    """The same clicks in a script that looks at nothing and checks nothing."""
    application = tenant.application("single-page application")
    request = tenant.authentication.request(application, tenant.profile.mfa_audience, SCOPE)
    context = browser.context()
    page = context.new_page()
    page.goto(f"https://{tenant.profile.host}{request.path}", wait_until="domcontentloaded")
    page.fill("#username", who.email)
    page.fill("#password", who.password.reveal())
    with page.expect_request(lambda asked: asked.url.startswith(application.callback)) as landed:
        page.click("button[value=default]")
    code = landed.value.url.partition("code=")[2].partition("&")[0]
    form = {
        "grant_type": "authorization_code", "client_id": application.client_id, "code": code,
        "redirect_uri": application.callback, "code_verifier": request.verifier.reveal(),
    }  # fmt: skip
    running.http.post(running.url("/oauth/token"), data=form).raise_for_status()
    context.close()


def bare_http_sign_in(tenant: Tenant, who: Credentials) -> None:
    """The same requests without a browser, in a script that reads nothing: what is left is the tenant's own time."""
    application = tenant.application("single-page application")
    request = tenant.authentication.request(application, tenant.profile.mfa_audience, SCOPE)
    with requests.Session() as session:
        session.trust_env, session.verify = False, str(tenant.profile.ca_bundle)
        page = session.get(f"https://{tenant.profile.host}{request.path}")
        state = parse_qs(urlsplit(page.url).query)["state"][0]
        form = {"state": state, "username": who.email, "password": who.password.reveal(), "action": "default"}
        answer = session.post(page.url, data=form, allow_redirects=False)
        while not answer.headers["Location"].startswith(application.callback):
            answer = session.get(urljoin(page.url, answer.headers["Location"]), allow_redirects=False)
    code = parse_qs(urlsplit(answer.headers["Location"]).query)["code"][0]
    tenant.authentication.redeem(AuthorizationCode(request, Secret(code, "code"))).result()


def measure(running: Running, tenant: Tenant, browser: LoginBrowser) -> None:
    """Print one line a figure."""
    keys = median_ms(lambda: running.http.get(running.url("/.well-known/jwks.json")), 200)
    print(f"answer of the local tenant (its keys): {keys:.1f} ms")
    provider = factory_of(tenant.profile.phone_provider)(tenant.profile.phone_settings)
    numbers = NumberGenerator(tenant.profile.phone_number_pattern, 0, 1, 0)
    addresses = Addresses("bench", 0, lambda *_: None)
    people = TestUsers(
        tenant, "bench", addresses.next, lambda _, number=None: Phone(number or numbers.next(), provider)
    )
    print(f"a person made and removed: {median_ms(lambda: (people.create('Ben'), people.remove_all())):.1f} ms")
    person = people.create("Ava")
    who = Credentials(person.email, person.password)
    application = tenant.application("single-page application")
    ours, bare, ratio = side_by_side(
        lambda: seconds_of(lambda: person.sign_in(application).result()),
        lambda: seconds_of(lambda: bare_sign_in(running, browser, tenant, who)),
    )
    print(f"a sign-in in a fresh context: {ours:.0f} ms; a bare script: {bare:.0f} ms; ratio {ratio:.2f} (under 1.15)")
    tenant.devices = HttpDevices(tenant.profile.ca_bundle)
    ours, bare, _ = side_by_side(
        lambda: seconds_of(lambda: person.sign_in(application).result()),
        lambda: seconds_of(lambda: bare_http_sign_in(tenant, who)),
    )
    print(f"a sign-in by HTTP: {ours:.0f} ms; a bare script: {bare:.0f} ms; more by {ours - bare:.0f} ms (under 40)")
    tenant.devices = browser
    people.remove_all()


def memory_mb(running: Running) -> float:
    """What the tenant's process holds in memory, where the system tells."""
    assert running.process is not None
    status = Path(f"/proc/{running.process.pid}/status")
    held = [line.split()[1] for line in status.read_text().splitlines() if line.startswith("VmRSS")]
    return int(held[0]) / 1024


def measure_a_crowd(running: Running, many: int = 1_000) -> None:
    """Print what so many people with two factors each cost; it takes a minute."""
    application = running.application("spa")
    before = memory_mb(running)
    for _ in range(many):
        person = create_person(running)
        token = enroll_phone(person, application)
        associate_app(person, token)
        confirm_app(person, application, token, person.app_code()).raise_for_status()
    print(f"memory of the local tenant: {before:.0f} MB")
    print(f"with {many} people of two factors: {memory_mb(running):.0f} MB (should be under 150)")
    path = f"/users/{person.user_id}"
    print(f"one of them looked up: {median_ms(lambda: running.administrator('GET', path), 200):.1f} ms")


def measure_the_administrators_lists(running: Running) -> None:
    """Print what a page of a hundred people costs, and a search of the log of a long day."""
    while _total(running, "/users") < 100:
        create_person(running)
    assert len(running.administrator("GET", "/users?per_page=100").json()) == 100
    page = median_ms(lambda: running.administrator("GET", "/users?per_page=100"), 50)
    print(f"a page of 100 people: {page:.1f} ms (should be under 10)")
    spa = running.application("spa")
    while _total(running, "/logs") < 10_000:
        running.token(spa.body(grant_type="refresh_token", refresh_token="x"))
    for what, query in {"many": 'type:"fertft" AND ip:"127.0.0.1"', "nothing": 'type:"gd_x"'}.items():
        search = median_ms(lambda asked=f"/logs?q={query}": running.administrator("GET", asked), 50)  # type: ignore[misc]
        print(f"a search of 10,000 events that finds {what}: {search:.1f} ms (should be under 20)")


def _total(running: Running, path: str) -> int:
    return int(running.administrator("GET", f"{path}?per_page=1&include_totals=true").json()["total"])


def main() -> None:
    """Start a tenant and a browser, and measure."""
    measure_starts()
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        running = start(Path(folder))
        print(f"local tenant ready after {(time.perf_counter() - began) * 1000:.0f} ms")
        profile = profile_from(running.settings, "the local tenant", setting_names)
        browser = browser_for(profile)
        tenant = Tenant(profile, browser)
        try:
            # First: the suite wants a connection without other users in it, and a thread without a browser's driver.
            measure_the_seed_journey(running, tenant, Path(folder) / "tenant.env")
            began = time.perf_counter()
            browser.start()
            print(f"browser ready after {(time.perf_counter() - began) * 1000:.0f} ms")
            measure_answers(running)
            measure_the_inbox(profile)
            measure(running, tenant, browser)
            measure_the_administrators_lists(running)
            if Path("/proc/self/status").exists():
                measure_a_crowd(running)
        finally:
            tenant.close()
            browser.close()
            running.stop()


if __name__ == "__main__":
    main()
