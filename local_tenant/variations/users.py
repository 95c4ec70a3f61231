"""Users, their passwords, and how often they may be wrong."""

from __future__ import annotations

from local_tenant.errors import LOCKED_OUT
from local_tenant.model import User
from local_tenant.rules.limits import Allowance, AttackProtection, Limits
from local_tenant.rules.users import Users
from local_tenant.variations.table import dialect, fault, look

fault("blocked-user-signs-in", Users.is_kept_out, "AF-AUTHZ-25").always(
    False, "Whoever the administrator blocked gets in all the same."
)
fault("any-password-accepted", Users.password_is_right, "AF-PAGE-12").always(True, "Any password signs a user in.")
look("password-is-breached", Users.password_is_breached, "AF-PAGE-08", stops="breached password").always(
    True, "Every password is known to thieves and must be changed first."
)
fault("token-outlives-its-user", Users.delete, "AF-USER-05").always(
    None, "A removed user stays, and so do their tokens."
)

fault("wrong-passwords-without-end", AttackProtection.is_blocked, "AF-LIMIT-15").always(
    False, "Nobody is blocked, however often the password is wrong."
)

dialect("five-wrong-codes-in-five-minutes", Limits.wrong_codes, "AF-LIMIT-09").always(
    Allowance(5, 60.0), "Five wrong codes are free, and one more every minute."
)
fault("locked-after-three", Limits.wrong_codes, "AF-LIMIT-08").always(
    Allowance(3, 360.0), "Three wrong codes lock a user out."
)
fault("wrong-codes-without-end", Limits.is_locked, "AF-LIMIT-08").always(
    False, "However many codes were wrong, the right one works."
)
dialect("locked-out-with-429", Limits.locked_row, "AF-LIMIT-11").always(
    LOCKED_OUT, "Whoever is locked out meets 429 `too_many_attempts`."
)
fault("texts-without-end", Limits.take_text, "AF-LIMIT-12").always(True, "A user is texted however often is asked.")


@fault("address-proves-somebody-else", Users.sign_in, "AF-USER-08")
def _(self: Users, email: str, password: str, connection: str | None = None) -> User | None:
    """Whoever has somebody's address in another connection signs in as that user."""
    proved = Users.sign_in(self, email, password, connection)
    return None if proved is None else self.by_email(proved.email)


@fault("former-password-works", Users.password_is_right, "AF-USER-06")
def _(self: Users, user: User, given: str) -> bool:
    """The password with which somebody first signed in goes on opening the door."""
    first: dict[str, str] = vars(self).setdefault("first_passwords", {})
    return first.setdefault(user.user_id, user.password) == given or Users.password_is_right(self, user, given)


@fault("sign-up-takes-over", Users.sign_up, "AF-USER-09")
def _(self: Users, email: str, password: str, connection: str) -> User:
    """Whoever signs up with an address that is taken sets its password."""
    known = self.by_email(email.lower(), connection)
    if known is None:
        return Users.sign_up(self, email, password, connection)
    known.password = password
    return known


@fault("password-is-set-by-asking", Users.ask_for_new_password, "AF-USER-11")
def _(self: Users, email: str, connection: str, named: str | None) -> None:
    """Whoever asks for a new password may name one, and it counts at once."""
    user = self.by_email(email.lower(), connection)
    if user is not None and named:
        user.password = named


@fault("new-password-drops-factors", Users.after_change, "AF-USER-23")
def _(self: Users, user: User) -> None:
    """Who gets a new password loses their factors."""
    for one in self.tenant.authenticators.of(user):
        self.tenant.authenticators.remove(one)


@fault("lock-never-ends", Limits.wrong_codes, "AF-LIMIT-08")
def _(self: Limits) -> Allowance:
    """Whoever was wrong too often stays locked out."""
    return Allowance(Limits.wrong_codes(self).burst, 1e9)


@fault("lock-is-everybodys", Limits.is_locked, "AF-LIMIT-08")
def _(self: Limits, user_id: str) -> bool:
    """Whoever is wrong too often locks everybody out."""
    buckets = self.tenant.store.buckets.items()
    emptied = [one for (kind, _), one in buckets if kind == "wrong codes" and one.drops < 1]
    return Limits.is_locked(self, user_id) or bool(emptied)
