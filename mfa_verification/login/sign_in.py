"""One sign-in: look at the screen, do what it asks, until the callback or a stop."""

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
"""A screen that comes so often without an error leads nowhere."""


@dataclass(frozen=True, slots=True)
class Picture:
    """What a sign-in stopped at, as a user would see it, and how it came there, without secrets."""

    screen: str
    png: bytes | None = field(repr=False)
    """None where there is nothing to see, or a key."""
    trace: bytes | None = field(repr=False)
    """For Playwright's viewer."""


@dataclass
class SignIn:
    """Drives one sign-in; `run` returns the callback's parameters, a refusal on it, or the obstacle met."""

    device: Device
    url: str
    callback: str
    record: list[Exchange]
    pictures: list[Picture] = field(default_factory=list)
    """Gets one of every obstacle and trouble."""
    seconds: float = SCREEN_SECONDS
    """How long one screen may take."""
    _history: list[Visit] = field(default_factory=list)
    _times: Counter[str] = field(default_factory=Counter)

    def run(self, who: Credentials) -> Outcome[dict[str, Secret]]:
        """Sign in as `who`; raise `Inconclusive` for trouble, an unknown screen among it."""
        self._began = time.monotonic()
        self._noted = len(self.record)
        self._deadline = Deadline(WHOLE_SECONDS)
        self._who = who
        self._moves = who.planned_actions()
        self._window = self.device.window(Callback(self.callback), self.record)
        try:
            return self._drive()
        except Inconclusive as trouble:
            self._keep_picture(self._history[-1].screen if self._history else "no screen")
            raise Inconclusive(trouble.cause, f"{trouble} ({self._way()})", self._screens) from None
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
            words = landed.get("error_description", Secret("", "nothing")).reveal()
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
        """Look at the page; one that says nothing yet may still be made by script, or lead on by itself."""
        patience = Deadline(min(self.seconds, self._deadline.remaining))
        view = self._window.look(patience.remaining)
        while view is not None and not is_ready(view) and self._window.changes(view, patience.remaining):
            if patience.passed:
                break
            view = self._window.look(patience.remaining)
        return view

    def _turn(self, view: View) -> Obstacle | None:
        """Take the screen that the page is: go on from it, or say what stops the sign-in there."""
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
            return self._stop(screen, view, Stop.AS_ASKED, f"it asks for {screen.wants}")
        match screen.does:
            case Does.SIGNS_IN | Does.GOES_ON:
                return self._press(screen, view)
            case Does.CHOOSES:
                by_voice = self._moves and self._moves[0].factor == "voice" and "type" in screen.ticks
                return self._press(screen, view, ticked={"type": "voice"} if by_voice else None)
            case Does.CONSENTS:
                return self._consent(screen, view)
            case Does.PICKS | Does.ANSWERS | Does.STOPS | Does.ENROLLS | Does.SETS_UP if screen.stop is not None:
                return self._enroll(screen, view)
            case _:
                return self._second_factor(screen, view)

    def _wrong(self, screen: Screen, view: View) -> Obstacle | None:
        """Say what an answer met that was refused; None where the user has another one to try."""
        stop = next((STOPS[code] for code in view.codes if code in STOPS), Stop.WRONG_ANSWER)
        tries_again = stop is Stop.WRONG_ANSWER and screen.does is Does.ANSWERS and self._moves
        if tries_again and self._moves[0].kind is not ActionKind.SKIP:
            return None
        return self._stop(screen, view, stop, f'the tenant answered: "{said_on(view)}"')

    def _second_factor(self, screen: Screen, view: View) -> Obstacle | None:
        if not self._moves:
            return self._asks(screen, view)
        action = self._moves[0]
        match action.kind:
            case ActionKind.SKIP:
                return self._skip(screen, view)
            case ActionKind.LOOK:
                return self._stop(screen, view, Stop.AS_ASKED, f"it asks for {screen.wants}")
            case ActionKind.RESEND:
                return self._ask(screen, view, screen.resends, "to send the code again")
            case ActionKind.CALL:
                return self._ask(screen, view, screen.calls, "to speak the code")
            case ActionKind.OTHER:
                return self._ask(screen, view, screen.others, "another method")
            case ActionKind.CANCEL:
                obstacle = self._ask(screen, view, screen.cancels, "to give up")
                return obstacle or self._given_up(screen, view)
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
            return self._asks(screen, view)
        self._moves.pop(0)
        assert action.code is not None, "who means to prove a factor has a code for it"
        ticked = {"rememberBrowser": "true"} if action.remember else {}
        return self._press(screen, view, typed={"code": action.code().reveal()}, ticked=ticked)

    def _pick(self, screen: Screen, view: View, factor: str | None) -> Obstacle | None:
        names = FACTORS.get(factor or "", ())
        wanted = [action for name in names for action in view.actions if action.partition("::")[0] == name]
        if way := view.way((), wanted):
            return self._enter(view, Entry(*way, {}, {}))
        return self._stop(screen, view, Stop.FACTOR_NOT_OFFERED, f"it does not offer the factor {factor}")

    def _enroll(self, screen: Screen, view: View) -> Obstacle | None:
        """Enroll on the pages what the user brought for that: a phone, or an app."""
        brought = "sms" if self._who.phone else "otp" if self._who.app else None
        if brought is None:
            return self._asks(screen, view)
        if screen.does is Does.PICKS:
            return self._pick(screen, view, brought)
        if screen.does is Does.SETS_UP and self._who.app:
            return self._set_up(screen, view, self._who.app)
        if screen.does is Does.ENROLLS and self._who.phone:
            return self._press(screen, view)
        if screen.does is Does.ANSWERS and self._who.code:
            return self._press(screen, view, typed={"code": self._who.code().reveal()})
        way = view.way((), screen.others)
        return self._enter(view, Entry(*way, {}, {})) if way else self._asks(screen, view)

    def _set_up(self, screen: Screen, view: View, app: Callable[[Secret], Secret]) -> Obstacle | None:
        """Type the key into the app and its code into the page; a key that is a picture is asked for in letters."""
        if key := self._window.key():
            return self._press(screen, view, typed={"code": app(key).reveal()})
        return self._ask(screen, view, screen.toggles, "to read the key in letters", is_move=False)

    def _consent(self, screen: Screen, view: View) -> Obstacle | None:
        match self._who.consent:
            case "accept":
                return self._press(screen, view)
            case "refuse":
                return self._ask(screen, view, screen.cancels, "to refuse", is_move=False)
            case _:
                return self._asks(screen, view)

    def _ask(
        self, screen: Screen, view: View, actions: tuple[str, ...], what: str, *, is_move: bool = True
    ) -> Obstacle | None:
        """Press what a user presses beside the answer."""
        way = view.way((), actions)
        if way is None:
            return self._stop(screen, view, Stop.ACTION_NOT_OFFERED, f"it offers no way {what}")
        if is_move:
            self._moves.pop(0)
            self._times[screen.name] -= 1
        return self._enter(view, Entry(*way, {}, {}))

    def _given_up(self, screen: Screen, view: View) -> Obstacle | None:
        landed = self._window.traffic.landed is not None
        return None if landed else self._stop(screen, view, Stop.CANCELLED, "the user gave up here")

    def _skip(self, screen: Screen, view: View) -> Obstacle | None:
        """Ask for what comes after the challenge without having answered it (AF-AUTHZ-42): that must lead nowhere."""
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
        return self._asks(screen, view)

    def _press(
        self,
        screen: Screen,
        view: View,
        typed: Mapping[str, str] | None = None,
        ticked: Mapping[str, str] | None = None,
    ) -> Obstacle | None:
        """Fill in what the screen wants, and go on."""
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
        """Send the form; what comes of it is for the next look."""
        self._window.enter(view, entry, min(self.seconds, self._deadline.remaining))
        return None

    def _asks(self, screen: Screen, view: View) -> Obstacle:
        return self._stop(screen, view, screen.stop or Stop.FACTOR_ASKED, f"it asks for {screen.wants}")

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
            raise Inconclusive(
                Cause.SIGN_IN_LOOPS, f"{screen.name} came {TIMES} times without an error: it does not take the answer"
            )

    def _keep_picture(self, screen: str) -> None:
        secret = any(one.shows_secret and one.name == screen for one in SCREENS)
        png, trace = None if secret else self._window.picture(), self._window.trace()
        if png or trace:
            self.pictures.append(Picture(screen, png, trace))

    @property
    def _screens(self) -> tuple[str, ...]:
        return tuple(visit.screen for visit in self._history)

    def _way(self) -> str:
        return f"screens met: {' → '.join(self._screens) or 'none'}"


def _refuse_both(landed: Mapping[str, Secret]) -> None:
    """A callback brings a code or an error, and never a token: nothing else is asked for (AF-AUTHZ-13)."""
    brought = sorted(landed.keys() & {"error", "code", "access_token", "id_token"})
    if brought not in ([], ["code"], ["error"]):
        raise TenantFault(Cause.CALLBACK_NOT_VALID, f"the callback brings {' and '.join(brought)}")
