"""Variations of users, their passwords, and limits."""

from __future__ import annotations

from local_tenant.errors import LOCKED_OUT
from local_tenant.model import User
from local_tenant.rules.limits import Allowance, AttackProtection, Limits
from local_tenant.rules.users import Users
from local_tenant.variations import dialect, fault, look

fault("blocked-user-signs-in", Users.is_blocked, "AF-AUTHZ-25").always(False, "A blocked user can sign in.")
fault("any-password-accepted", Users.password_is_right, "AF-PAGE-12").always(True, "Any password is accepted.")
look("password-is-breached", Users.password_is_breached, "AF-PAGE-08", stops="breached password").always(
    True, "Every password counts as breached and must be changed."
)
fault("token-outlives-its-user", Users.delete, "AF-USER-05").always(
    None, "Deleting a user has no effect, and the tokens of the user stay valid."
)

fault("wrong-passwords-without-limit", AttackProtection.is_blocked, "AF-LIMIT-15").always(
    False, "Wrong passwords never block a user."
)

dialect("five-wrong-codes-in-five-minutes", Limits.wrong_codes, "AF-LIMIT-09").always(
    Allowance(5, 60.0), "A user may send five wrong codes, and one more every minute."
)
fault("lockout-after-three-codes", Limits.wrong_codes, "AF-LIMIT-08").always(
    Allowance(3, 360.0), "Three wrong codes lock a user out."
)
fault("wrong-codes-without-limit", Limits.is_locked, "AF-LIMIT-08").always(False, "Wrong codes never lock a user out.")
dialect("lockout-with-429", Limits.locked_row, "AF-LIMIT-11").always(
    LOCKED_OUT, "A locked-out user is refused with status 429 and `too_many_attempts`."
)
fault("sms-without-limit", Limits.take_sms_or_call, "AF-LIMIT-12").always(
    True, "The number of SMS messages per user is not limited."
)


@fault("same-email-signs-in-as-another-user", Users.sign_in, "AF-USER-08")
def _(self: Users, email: str, password: str, connection: str | None = None) -> User | None:
    """A user of another connection with the same email address signs in as this user."""
    user = Users.sign_in(self, email, password, connection)
    return None if user is None else self.by_email(user.email)


@fault("former-password-works", Users.password_is_right, "AF-USER-06")
def _(self: Users, user: User, given: str) -> bool:
    """A user's first password still works after a change."""
    first: dict[str, str] = vars(self).setdefault("first_passwords", {})
    return first.setdefault(user.user_id, user.password) == given or Users.password_is_right(self, user, given)


@fault("sign-up-sets-another-users-password", Users.sign_up, "AF-USER-09")
def _(self: Users, email: str, password: str, connection: str) -> User:
    """Signing up with a taken email address sets that user's password."""
    known = self.by_email(email.lower(), connection)
    if known is None:
        return Users.sign_up(self, email, password, connection)
    known.password = password
    return known


@fault("password-set-by-the-change-request", Users.request_password_change, "AF-USER-11")
def _(self: Users, email: str, connection: str, named: str | None) -> None:
    """A request for a password change can set the new password directly."""
    user = self.by_email(email.lower(), connection)
    if user is not None and named:
        user.password = named


@fault("new-password-removes-factors", Users.after_credential_change, "AF-USER-23")
def _(self: Users, user: User) -> None:
    """A password change removes the user's factors."""
    for one in self.tenant.authenticators.of(user):
        self.tenant.authenticators.remove(one)


@fault("lockout-never-ends", Limits.wrong_codes, "AF-LIMIT-08")
def _(self: Limits) -> Allowance:
    """A locked-out user stays locked out."""
    return Allowance(Limits.wrong_codes(self).burst, 1e9)


@fault("lockout-affects-all-users", Limits.is_locked, "AF-LIMIT-08")
def _(self: Limits, user_id: str) -> bool:
    """Wrong codes of one user lock all users out."""
    buckets = self.tenant.store.buckets.items()
    emptied = [one for (kind, _), one in buckets if kind == "wrong codes" and one.remaining < 1]
    return Limits.is_locked(self, user_id) or bool(emptied)
