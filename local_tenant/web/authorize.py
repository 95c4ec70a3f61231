"""`/authorize` and `/authorize/resume`: the beginning and the end of every sign-in (contract, 1.4 to 1.8)."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from local_tenant.errors import Refused
from local_tenant.model import Order, SignIn
from local_tenant.tenant import Tenant
from local_tenant.web.authorize_reading import read
from local_tenant.web.callback import callback_of
from local_tenant.web.reading import BROWSER_COOKIE, current_sign_in

DEVICE_COOKIE = "auth0-mf"
YEAR = 365 * 86_400


def blueprint(tenant: Tenant) -> Blueprint:
    """Return the two ends of a sign-in."""
    routes = Blueprint("authorize", __name__)

    @routes.route("/authorize", methods=["GET", "POST"])
    def authorize() -> Response:
        try:
            return _begin(tenant)
        except Refused as refused:
            tenant.log.add("f", description=refused.description, reason=refused.row.error)
            raise

    @routes.get("/mfa/enrollment")
    def enrollment() -> Response:
        return _open_ticket(tenant)

    @routes.get("/authorize/resume")
    def resume() -> Response:
        return next_stop(tenant, current_sign_in(tenant))

    return routes


def _begin(tenant: Tenant) -> Response:
    """Read the request, and go to the first screen; a silent one goes to the callback or nowhere."""
    sign_in = read(tenant)
    known = request.cookies.get(BROWSER_COOKIE, "")
    sign_in.browser = known or tenant.sessions.new_browser()
    sign_in.device = request.cookies.get(DEVICE_COOKIE, "")
    if "none" in sign_in.prompts:
        tenant.way.check_silent(sign_in)
        return _finish(tenant, sign_in)
    tenant.sign_ins.begin(sign_in)
    response = next_stop(tenant, sign_in)
    if not known and sign_in.state in tenant.store.sign_ins:
        set_cookie(response, BROWSER_COOKIE, sign_in.browser)
    return response


def _open_ticket(tenant: Tenant) -> Response:
    """Go to the page that enrols; the link alone says who it is."""
    browser = request.cookies.get(BROWSER_COOKIE, "") or tenant.sessions.new_browser()
    response = next_stop(tenant, tenant.tickets.open(request.args.get("ticket", ""), browser))
    set_cookie(response, BROWSER_COOKIE, browser)
    return response


def next_stop(tenant: Tenant, sign_in: SignIn) -> Response:
    """Send the browser to the screen that is due, or to the callback."""
    path = tenant.way.next_screen(sign_in)
    if path is None and sign_in.ticket:
        tenant.tickets.spend(sign_in)
        tenant.sign_ins.end(sign_in)
        return make_response(render_template("mfa_enrolled.html"))
    if path is None:
        return _finish(tenant, sign_in)
    if sign_in.user_id is not None:
        person = tenant.people.get(sign_in.user_id)
        if tenant.second_factor.is_due(sign_in, person):
            tenant.second_factor.begin(sign_in, person)
        elif not sign_in.screen_since:
            tenant.sign_ins.show_screen(sign_in)
    return redirect(f"/u/{path}?state={sign_in.state}")


def _finish(tenant: Tenant, sign_in: SignIn) -> Response:
    tenant.log.add("s", user_id=sign_in.user_id, client_id=sign_in.application.client_id)
    response = callback_of(tenant, sign_in).send(_answer(tenant, sign_in))
    tenant.sign_ins.end(sign_in)
    set_cookie(response, BROWSER_COOKIE, tenant.sessions.keep(sign_in))
    if sign_in.remembers_device:
        set_cookie(response, DEVICE_COOKIE, tenant.sessions.remember_device(sign_in), YEAR)
    return response


def _answer(tenant: Tenant, sign_in: SignIn) -> dict[str, str]:
    """What `response_type` asked for."""
    code = tenant.sign_ins.code(sign_in) if "code" in sign_in.response_types else None
    answer = {"code": code} if code is not None else {}
    kinds = [kind for kind in sign_in.response_types if kind != "code"]
    if not kinds:
        return answer
    scopes = [scope for scope in sign_in.scopes if scope != "offline_access"]  # a browser gets no refresh token
    order = Order(
        tenant.people.get(sign_in.user_id or ""), sign_in.application, sign_in.audience, scopes, sign_in.nonce,
        sign_in.auth_time, second_factor=sign_in.second_factor, is_implicit=True,
    )  # fmt: skip
    return answer | tenant.tokens.implicit_answer(order, code, kinds)


def set_cookie(response: Response, name: str, value: str, lifetime: int | None = None) -> None:
    """Set a cookie as the vendor does: also sent from frames of other sites, over TLS alone, and unseen by scripts."""
    response.set_cookie(name, value, lifetime, secure=True, httponly=True, samesite="None", path="/")
