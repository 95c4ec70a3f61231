"""Consent, and the confirmation of callbacks that nobody can verify (contract, 1.8, 2.9)."""

from __future__ import annotations

from urllib.parse import urlsplit

from local_tenant.rules.base import Rule
from local_tenant.rules.sign_ins import SignIn

SKIPPED = "skip_non_verifiable_callback_uri_confirmation_prompt"
LOOPBACK = ("localhost", "127.0.0.1", "::1")


class Consents(Rule):
    """When a person is asked whether an application may have what it asks for."""

    def is_due(self, sign_in: SignIn) -> bool:
        """Asked for and not yet given."""
        return "consent" not in sign_in.passed and self.is_needed(sign_in)

    def is_needed(self, sign_in: SignIn) -> bool:
        """`prompt=consent` always asks; otherwise only an application of a third party does, until it was agreed."""
        if "consent" in sign_in.prompts:
            return True
        return not sign_in.application.is_first_party and not self.is_given(sign_in)

    def give(self, sign_in: SignIn) -> None:
        """Remember what a person agreed to."""
        sign_in.passed.add("consent")
        given = self.tenant.store.consents.setdefault(_key(sign_in), set())
        given.update(sign_in.scopes)

    def confirmation_is_due(self, sign_in: SignIn) -> bool:
        """A callback that nobody can verify is confirmed, if no other screen stood in between."""
        if "confirmation" in sign_in.passed:
            return False
        if sign_in.waits_for_confirmation:
            return True
        if sign_in.was_asked:
            return False
        return not self.callback_is_verifiable(sign_in.redirect_uri) and not self.confirmation_is_skipped(sign_in)

    def callback_is_verifiable(self, url: str) -> bool:
        """Neither on this machine, nor with a scheme that any application may register."""
        try:
            parts = urlsplit(url)
        except ValueError:  # the operator may list anything; what is no address is nobody's
            return False
        return parts.scheme in ("https", "http") and parts.hostname not in LOOPBACK

    def confirmation_is_skipped(self, sign_in: SignIn) -> bool:
        """The application says so, or the tenant where the application says nothing."""
        own = sign_in.application.skip_non_verifiable_callback_uri_confirmation_prompt
        return bool(self.tenant.settings.tenant[SKIPPED]) if own is None else own

    def is_given(self, sign_in: SignIn) -> bool:
        """Everything that is asked for was agreed to once."""
        return set(sign_in.scopes) <= self.tenant.store.consents.get(_key(sign_in), set())


def _key(sign_in: SignIn) -> tuple[str, str, str]:
    return sign_in.user_id or "", sign_in.application.client_id, sign_in.audience or ""
