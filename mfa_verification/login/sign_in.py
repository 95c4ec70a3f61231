"""Drives one sign-in: looks at each screen and does what it asks for, until the callback or an obstacle."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from mfa_verification.core.clock import Deadline
from mfa_verification.core.exchange import Exchange
from mfa_verification.core.outcome import Inconclusive, Obstacle, Outcome, Refusal, Stop, TenantFault, Visit
from mfa_verification.core.secret import Secret
from mfa_verification.core.verdict import Cause
from mfa_verification.login.credentials import ActionKind, ChallengeAction, Credentials
from mfa_verification.login.screens import (
    FACTORS,
    SCREENS,
    STOPS,
    Does,
    Screen,
    error_page_of,
    is_error_page,
    is_ready,
    raise_for_outage,
    said_on,
    screen_at,
    unknown,
)
from mfa_verification.login.window import Callback, Device, Entry, View

WHOLE_SECONDS = 90.0
SCREEN_SECONDS = 20.0
TIMES = 3
"""A screen that comes so often without an error is a loop."""


@dataclass(frozen=True, slots=True)
class Picture:
    """The page at which a sign-in stopped, and the trace that led there, without secrets."""

    screen: str
    png: bytes | None = field(repr=False)
    """None without a browser, and where the page shows a secret."""
    trace: bytes | None = field(repr=False)
    """For Playwright's trace viewer."""


@dataclass
class SignIn:
    """One sign-in; `run` returns the callback's parameters, a refusal in the callback, or an obstacle."""

    device: Device
    url: str
    callback: str
    record: list[Exchange]
    pictures: list[Picture] = field(default_factory=list)
    """A picture is added for each obstacle and error."""
    seconds: float = SCREEN_SECONDS
    """Seconds that one screen may take."""
    _history: list[Visit] = field(default_factory=list)
    _times: Counter[str] = field(default_factory=Counter)

    def run(self, who: Credentials) -> Outcome[dict[str, Secret]]:
        """Sign in as `who`. Raises `Inconclusive` for outages and unknown screens."""
        self._began = time.monotonic()
        self._noted = len(self.record)
        self._deadline = Deadline(WHOLE_SECONDS)
        self._who = who
        self._actions = who.planned_actions()
        self._window = self.device.window(Callback(self.callback), self.record)
        try:
            return self._drive()
        except Inconclusive as error:
            self._keep_picture(self._history[-1].screen if self._history else "no screen")
            raise Inconclusive(error.cause, f"{error} ({self._path()})", self._screens) from None
        finally:
            self._window.close()

    def _drive(self) -> Outcome[dict[str, Secret]]:
        self._window.go(self.url)
        while (view := self._look()) is not None:
            if obstacle := self._turn(view):
                self._keep_picture(obstacle.screen)
                return self._outcome(obstacle=obstacle)
            if self._deadline.passed:
                raise Inconclusive(Cause.SIGN_IN_TOO_SLOW, f"the sign-in took over {WHOLE_SECONDS:.0f} s")
        landed = self._window.traffic.landed
        assert landed is not None
        _refuse_both(landed)
        if "error" in landed:
            words = landed.get("error_description", Secret("", "no description")).reveal()
            return self._outcome(refusal=Refusal(None, landed["error"].reveal(), words))
        return self._outcome(value=landed)

    def _outcome(
        self,
        value: dict[str, Secret] | None = None,
        refusal: Refusal | None = None,
        obstacle: Obstacle | None = None,
    ) -> Outcome[dict[str, Secret]]:
        return Outcome("sign in", value, refusal, obstacle, self._screens, tuple(self._history))

    def _look(self) -> View | None:
        """Return the page; wait while it is still rendered or continues by itself."""
        patience = Deadline(min(self.seconds, self._deadline.remaining))
        view = self._window.look(patience.remaining)
        while view is not None and not is_ready(view) and self._window.changes(view, patience.remaining):
            if patience.passed:
                break
            view = self._window.look(patience.remaining)
        return view

    def _turn(self, view: View) -> Obstacle | None:
        """Act on the page; return the obstacle where the sign-in stops."""
        raise_for_outage(view)
        failed = view.status is not None and view.status >= 400 and not view.has_buttons
        if failed and is_error_page(view):
            return error_page_of(view)
        screen = screen_at(view.place, view.fields) if view.place and not failed else None
        if screen is None:
            raise unknown(view)
        if view.errors and (obstacle := self._wrong(screen, view)):
            return obstacle
        if not view.errors:
            self._visit(screen, view)
        if screen.name in self._who.stop_at:
            return self._stop(screen, view, Stop.AS_ASKED, f"it asks for {screen.asks_for}")
        match screen.does:
            case Does.SIGNS_IN | Does.GOES_ON:
                return self._press(screen, view)
            case Does.CHOOSES:
                by_voice = self._actions and self._actions[0].factor == "voice" and "type" in screen.ticks
                return self._press(screen, view, ticked={"type": "voice"} if by_voice else None)
            case Does.CONSENTS:
                return self._consent(screen, view)
            case Does.PICKS | Does.ANSWERS | Does.STOPS | Does.ENROLLS | Does.SETS_UP if screen.stop is not None:
                return self._enroll(screen, view)
            case _:
                return self._second_factor(screen, view)

    def _wrong(self, screen: Screen, view: View) -> Obstacle | None:
        """Return the obstacle for a refused value; None where the user has another one to try."""
        stop = next((STOPS[code] for code in view.codes if code in STOPS), Stop.WRONG_ANSWER)
        tries_again = stop is Stop.WRONG_ANSWER and screen.does is Does.ANSWERS and self._actions
        if tries_again and self._actions[0].kind is not ActionKind.SKIP:
            return None
        return self._stop(screen, view, stop, f'the tenant said: "{said_on(view)}"')

    def _second_factor(self, screen: Screen, view: View) -> Obstacle | None:
        if not self._actions:
            return self._stop_asking(screen, view)
        action = self._actions[0]
        match action.kind:
            case ActionKind.SKIP:
                return self._skip(screen, view)
            case ActionKind.LOOK:
                return self._stop(screen, view, Stop.AS_ASKED, f"it asks for {screen.asks_for}")
            case ActionKind.RESEND:
                return self._ask(screen, view, screen.resends, "to send the code again")
            case ActionKind.CALL:
                return self._ask(screen, view, screen.calls, "to request a voice call")
            case ActionKind.OTHER:
                return self._ask(screen, view, screen.others, "to choose another method")
            case ActionKind.CANCEL:
                obstacle = self._ask(screen, view, screen.cancels, "to cancel")
                return obstacle or self._cancelled(screen, view)
            case ActionKind.ANSWER:
                return self._answer(screen, view, action)

    def _answer(self, screen: Screen, view: View, action: ChallengeAction) -> Obstacle | None:
        if screen.does is Does.PICKS:
            return self._pick(screen, view, action.factor)
        if action.factor not in (None, screen.factor):
            if way := view.way((), screen.others):
                return self._enter(view, Entry(*way, {}, {}))
            return self._stop(screen, view, Stop.FACTOR_NOT_OFFERED, f"it does not offer the factor {action.factor}")
        if screen.does is Does.STOPS:
            return self._stop_asking(screen, view)
        self._actions.pop(0)
        assert action.code is not None, "a user who answers with a factor has its code"
        ticked = {"rememberBrowser": "true"} if action.remember else {}
        return self._press(screen, view, typed={"code": action.code().reveal()}, ticked=ticked)

    def _pick(self, screen: Screen, view: View, factor: str | None) -> Obstacle | None:
        names = FACTORS.get(factor or "", ())
        wanted = [action for name in names for action in view.actions if action.partition("::")[0] == name]
        if way := view.way((), wanted):
            return self._enter(view, Entry(*way, {}, {}))
        return self._stop(screen, view, Stop.FACTOR_NOT_OFFERED, f"it does not offer the factor {factor}")

    def _enroll(self, screen: Screen, view: View) -> Obstacle | None:
        """Enroll the user's phone or app on the pages."""
        present = "sms" if self._who.phone else "otp" if self._who.app else None
        if present is None:
            return self._stop_asking(screen, view)
        if screen.does is Does.PICKS:
            return self._pick(screen, view, present)
        if screen.does is Does.SETS_UP and self._who.app:
            return self._set_up(screen, view, self._who.app)
        if screen.does is Does.ENROLLS and self._who.phone:
            return self._press(screen, view)
        if screen.does is Does.ANSWERS and self._who.code:
            return self._press(screen, view, typed={"code": self._who.code().reveal()})
        way = view.way((), screen.others)
        return self._enter(view, Entry(*way, {}, {})) if way else self._stop_asking(screen, view)

    def _set_up(self, screen: Screen, view: View, app: Callable[[Secret], Secret]) -> Obstacle | None:
        """Type the key into the app and its code into the page; ask for the key as text if it is a QR code."""
        if key := self._window.key():
            return self._press(screen, view, typed={"code": app(key).reveal()})
        return self._ask(screen, view, screen.toggles, "to show the key as text", is_challenge_action=False)

    def _consent(self, screen: Screen, view: View) -> Obstacle | None:
        match self._who.consent:
            case "accept":
                return self._press(screen, view)
            case "refuse":
                return self._ask(screen, view, screen.cancels, "to refuse", is_challenge_action=False)
            case _:
                return self._stop_asking(screen, view)

    def _ask(
        self, screen: Screen, view: View, actions: tuple[str, ...], what: str, *, is_challenge_action: bool = True
    ) -> Obstacle | None:
        """Press another button than the one that continues."""
        way = view.way((), actions)
        if way is None:
            return self._stop(screen, view, Stop.ACTION_NOT_OFFERED, f"it has no button {what}")
        if is_challenge_action:
            self._actions.pop(0)
            self._times[screen.name] -= 1
        return self._enter(view, Entry(*way, {}, {}))

    def _cancelled(self, screen: Screen, view: View) -> Obstacle | None:
        landed = self._window.traffic.landed is not None
        return None if landed else self._stop(screen, view, Stop.CANCELLED, "the user cancelled here")

    def _skip(self, screen: Screen, view: View) -> Obstacle | None:
        """Request the page after the challenge without answering it (AF-AUTHZ-42)."""
        state = dict(parse_qsl(urlsplit(view.url).query)).get("state", "")
        prefix = urlsplit(view.url).path.partition("/u/")[0]
        self._window.go(urljoin(view.url, f"{prefix}/authorize/resume?{urlencode({'state': state})}"))
        after = self._look()
        if after is None:
            return None
        raise_for_outage(after)
        again = screen_at(after.place, after.fields) if after.place else None
        if again is not None:
            self._visit(again, after)
        return self._stop_asking(screen, view)

    def _press(
        self,
        screen: Screen,
        view: View,
        typed: Mapping[str, str] | None = None,
        ticked: Mapping[str, str] | None = None,
    ) -> Obstacle | None:
        """Fill in what the screen asks for, and continue."""
        way = view.way(tuple(typed or screen.fills), screen.presses)
        if way is None:
            raise unknown(view)
        values = typed or {name: self._typed(kind) for name, kind in screen.fills.items()}
        return self._enter(view, Entry(*way, values, {**screen.ticks, **(ticked or {})}))

    def _typed(self, kind: str) -> str:
        if kind == "username":
            return self._who.email
        return (self._who.phone or "") if kind == "phone" else self._who.password.reveal()

    def _enter(self, view: View, entry: Entry) -> Obstacle | None:
        """Submit the form; the next `_look` reads the result."""
        self._window.enter(view, entry, min(self.seconds, self._deadline.remaining))
        return None

    def _stop_asking(self, screen: Screen, view: View) -> Obstacle:
        return self._stop(screen, view, screen.stop or Stop.FACTOR_ASKED, f"it asks for {screen.asks_for}")

    @staticmethod
    def _stop(screen: Screen, view: View, stop: Stop, seen: str) -> Obstacle:
        names = {action.partition("::")[0] for action in view.actions}
        offers = tuple(name for name in FACTORS if name in names) if screen.does is Does.PICKS else ()
        offers += ("phone",) if screen.does is Does.PICKS and "phone" in names else ()
        address = Secret(view.url, "address of a page")
        return Obstacle(screen.name, seen, stop, said_on(view), screen.factor, offers, view.actions, address)

    def _visit(self, screen: Screen, view: View) -> None:
        self._times[screen.name] += 1
        new, self._noted = tuple(self.record[self._noted :]), len(self.record)
        took = round(time.monotonic() - self._began, 3)
        self._history.append(Visit(screen.name, view.path, view.status, took, new))
        if self._times[screen.name] >= TIMES:
            raise Inconclusive(Cause.SIGN_IN_LOOPS, f"{screen.name} came {TIMES} times without an error: a loop")

    def _keep_picture(self, screen: str) -> None:
        secret = any(one.shows_secret and one.name == screen for one in SCREENS)
        png, trace = None if secret else self._window.picture(), self._window.trace()
        if png or trace:
            self.pictures.append(Picture(screen, png, trace))

    @property
    def _screens(self) -> tuple[str, ...]:
        return tuple(visit.screen for visit in self._history)

    def _path(self) -> str:
        return f"screens met: {' → '.join(self._screens) or 'none'}"


def _refuse_both(landed: Mapping[str, Secret]) -> None:
    """Raise `TenantFault` for a callback with both a code and an error, or with a token (AF-AUTHZ-13)."""
    present = sorted(landed.keys() & {"error", "code", "access_token", "id_token"})
    if present not in ([], ["code"], ["error"]):
        raise TenantFault(Cause.CALLBACK_NOT_VALID, f"the callback has {' and '.join(present)}")
