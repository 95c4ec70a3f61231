"""Each cause in words: what it means, what to do, and where in the dashboard to look. docs/causes.md is made of it.

`python -m mfa_verification.verdict.explained > docs/causes.md` renews the page; a test keeps the two alike.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

from mfa_verification.core.cause import Cause
from mfa_verification.core.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Explanation:
    """One cause: the verdict that it stands for, and three sentences."""

    verdict: Verdict
    means: str
    do: str
    look: str
    """Where in the dashboard, in its own words; or that there is nothing to see there."""


_NC, _IN, _SE = Verdict.NONCONFORMING, Verdict.INCONCLUSIVE, Verdict.SUITE_ERROR
_LOGS = "Monitoring > Logs"
_MFA = "Security > Multi-factor Auth"
_GRANTS = "Applications > (application) > Settings > Advanced Settings > Grant Types"
_PHONE = "Security > Multi-factor Auth > Phone Message; Branding > Phone Provider"
_NOWHERE = "nowhere: this is not about the tenant"

EXPLAINED: dict[Cause, Explanation] = {
    Cause.EXPECTATION_NOT_MET: Explanation(
        _NC,
        "What the tenant did is not what the step says.",
        "Read the message: it names what was expected and what came.",
        f"{_LOGS}, at the time of the scenario",
    ),
    Cause.UNEXPECTED_REFUSAL: Explanation(
        _NC,
        "The tenant refused what a conforming tenant allows.",
        "Look up the error that it named, and what was changed last.",
        f"{_LOGS}: events whose type begins with f",
    ),
    Cause.UNEXPECTED_OBSTACLE: Explanation(
        _NC,
        "The sign-in stopped at a page at which a conforming tenant lets a person go on.",
        "Try the sign-in by hand at that page.",
        "Branding > Universal Login; Security > Multi-factor Auth",
    ),
    Cause.MALFORMED_ANSWER: Explanation(
        _NC,
        "An answer lacks what the protocol demands of it.",
        "Compare the answer with the vendor's reference; ask whether something stands before the tenant.",
        "nowhere: the answer itself shows it",
    ),
    Cause.TOKEN_NOT_VALID: Explanation(
        _NC,
        "A token's signature or claims are wrong.",
        "Compare the key set with the token's key; look at Actions that add claims.",
        "Settings > Signing Keys; Actions > Triggers > post-login",
    ),
    Cause.CALLBACK_NOT_VALID: Explanation(
        _NC,
        "The callback does not answer the request that was made.",
        "Look for something that rewrites the callback's address.",
        "Applications > (application) > Settings > Allowed Callback URLs",
    ),
    Cause.CODE_NOT_ACCEPTED: Explanation(
        _NC,
        "The tenant called a code wrong that it had texted, or that the app made for its own time.",
        "Compare the two times in the message; a code that is good must be taken.",
        f"{_LOGS}: gd_auth_failed",
    ),
    Cause.TEXT_WITHOUT_CODE: Explanation(
        _NC,
        "A text came, and holds no six digits that could be a code.",
        "Put the variable of the code back into the template.",
        f"{_PHONE} (templates)",
    ),
    Cause.TEXT_REPEATED: Explanation(
        _NC,
        "The tenant sent several texts where it was asked for one.",
        "Look for a second provider or an Action that sends as well.",
        f"{_LOGS}: gd_send_sms; Actions > Library",
    ),
    Cause.TEXT_NOT_SENT: Explanation(
        _NC,
        "A minute after it was asked for a text the tenant's log shows no attempt to send one.",
        "Look whether a provider is chosen, and whether the custom provider's Action is deployed.",
        f"{_PHONE}; {_LOGS}: gd_send_sms",
    ),
    Cause.TEXT_SENT_ELSEWHERE: Explanation(
        _NC,
        "The tenant's log names another phone than the one that was to be texted.",
        "Look at the custom provider's Action and at Actions that change a person's phone.",
        f"{_LOGS}: gd_send_sms, details.authenticator",
    ),
    Cause.FACTOR_OFF: Explanation(
        _NC,
        "The tenant says itself that the factor is off, or that no method is left.",
        "Switch the factor on.",
        _MFA,
    ),
    Cause.MFA_GRANT_MISSING: Explanation(
        _NC,
        "The application may not use the MFA grant.",
        "Tick MFA among the application's grant types.",
        _GRANTS,
    ),
    Cause.ACTION_FAILED: Explanation(
        _NC,
        "An Action of the tenant broke, and with it what the person tried.",
        "Mend the Action that the message names.",
        f"{_LOGS}: actions_execution_failed; Actions > Library",
    ),
    Cause.PHONE_PROVIDER_REFUSED: Explanation(
        _NC,
        "The phone provider refuses the tenant: its credentials, its sender or the country are not set up.",
        "Mend the provider's settings; the message holds the provider's own code.",
        _PHONE,
    ),
    Cause.TENANT_UNREACHABLE: Explanation(
        _IN,
        "The tenant could not be reached.",
        "Look at the network of this machine, then run again.",
        "status page of the vendor",
    ),
    Cause.TENANT_UNAVAILABLE: Explanation(
        _IN,
        "The tenant answered that it has trouble of its own.",
        "Run again later.",
        "status page of the vendor",
    ),
    Cause.RATE_LIMITED: Explanation(
        _IN,
        "The tenant limits how often it may be asked.",
        "Use fewer workers, or run when nobody else does.",
        f"{_LOGS}: api_limit",
    ),
    Cause.BUDGET_USED: Explanation(
        _IN,
        "A limit for people or the whole tenant is used up: texts, or wrong codes.",
        "Wait until it is refilled (the message says when, where the tenant does), or raise it.",
        f"{_LOGS}: limit_phone, gd_otp_rate_limit_exceed; Security > Attack Protection",
    ),
    Cause.FEATURE_UNAVAILABLE: Explanation(
        _IN,
        "The vendor has switched the feature off for everybody for the time being.",
        "Run again later.",
        "status page of the vendor",
    ),
    Cause.CLOCK_SKEW: Explanation(
        _IN,
        "This machine's clock and the tenant's differ by more than one step of an authenticator app (30 s).",
        "Set this machine's clock (NTP), then run again.",
        _NOWHERE,
    ),
    Cause.PHONE_PROVIDER_UNREACHABLE: Explanation(
        _IN,
        "The inbox in which the suite reads texts could not be read.",
        "Look at PHONE_PROVIDER and its settings, and whether the service is up.",
        _NOWHERE,
    ),
    Cause.PHONE_PROVIDER_DOWN: Explanation(
        _IN,
        "The tenant tried to send a text, and the provider or the carrier did not take it.",
        "Run again later; look at the provider's status if it lasts.",
        f"{_LOGS}: gd_send_sms_failure",
    ),
    Cause.TEXT_NOT_DELIVERED: Explanation(
        _IN,
        "The tenant sent a text by its own record, or nobody can tell, and none arrived.",
        "Look at the provider's delivery record for the number.",
        f"{_LOGS}: gd_send_sms",
    ),
    Cause.TEXT_AMBIGUOUS: Explanation(
        _IN,
        "A text holds several numbers, and nothing says which is the code.",
        "Put a word such as 'code' beside it in the template.",
        f"{_PHONE} (templates)",
    ),
    Cause.TEXT_DOUBLED: Explanation(
        _IN,
        "More texts arrived than the tenant sent by its own record: something on the way doubled one.",
        "Compare the provider's delivery record with the tenant's log.",
        f"{_LOGS}: gd_send_sms",
    ),
    Cause.TEXT_WITHHELD: Explanation(
        _IN,
        "The service that reads the texts has one and does not hand it out.",
        "The message says why, and the way out.",
        _NOWHERE,
    ),
    Cause.NO_NUMBER_AVAILABLE: Explanation(
        _IN,
        "There is no unused phone number left.",
        "Give PHONE_NUMBER_PATTERN more #.",
        _NOWHERE,
    ),
    Cause.PERSON_NOT_MADE: Explanation(
        _IN,
        "No person could be made in AUTH0_CONNECTION.",
        "Look at what the connection demands of a user.",
        "Authentication > Database > (connection)",
    ),
    Cause.CAPTCHA: Explanation(
        _IN,
        "The sign-in page asks for a captcha.",
        "Switch bot detection off on this tenant, or allow this machine's address.",
        "Security > Attack Protection > Bot Detection",
    ),
    Cause.PASSWORD_BREACHED: Explanation(
        _IN,
        "The tenant takes a person's password, random and never used before, for one that was stolen.",
        "Look at breached password detection and at Actions that judge passwords.",
        "Security > Attack Protection > Breached Password Detection",
    ),
    Cause.SIGN_IN_LOOPS: Explanation(
        _IN,
        "The sign-in came back to the same screen three times, and no page said that anything was wrong.",
        "Try the sign-in by hand; look for an Action that redirects, and for cookies that do not stay.",
        "Actions > Triggers > post-login; Branding > Universal Login",
    ),
    Cause.UNKNOWN_SCREEN: Explanation(
        _IN,
        "The sign-in met a page that the suite does not know.",
        "Look at the picture; docs/sign-in.md says how to add a screen. The message has all that an entry needs.",
        "Branding > Universal Login",
    ),
    Cause.SIGN_IN_TOO_SLOW: Explanation(
        _IN,
        "A page of the sign-in did not come in time.",
        "Run again; look at this machine's load and network.",
        "status page of the vendor",
    ),
    Cause.BROWSER_TROUBLE: Explanation(
        _IN,
        "The browser crashed, or lost its connection.",
        "Run again; look at this machine's memory.",
        _NOWHERE,
    ),
    Cause.OPERATOR_NOT_ALLOWED: Explanation(
        _IN,
        "The management application was refused something that it needs.",
        "Grant the scope that the message names.",
        "Applications > APIs > Auth0 Management API > Machine to Machine Applications",
    ),
    Cause.CANNOT_BE_TOLD: Explanation(
        _IN,
        "The tenant refused a code, and whether it was wrong, late or the person locked stands only in its log.",
        "Grant read:logs to the management application, then run again.",
        f"{_LOGS}: gd_auth_failed, gd_otp_rate_limit_exceed",
    ),
    Cause.LOCK_HELD: Explanation(
        _IN,
        "Another run holds this tenant.",
        "Wait until it has ended, or give more time with --wait-for-lock.",
        "User Management > Users: the lease person's metadata says whose run it is",
    ),
    Cause.BLOCKED_BY: Explanation(
        Verdict.NOT_RUN,
        "A setting that the scenario takes for granted is wrong already: the named requirement is the red one.",
        "Mend that setting.",
        "as the named requirement says",
    ),
    Cause.SETTING_NOT_ARRANGED: Explanation(
        Verdict.NOT_APPLICABLE,
        "The scenario needs a setting that this tenant does not have and that may not be changed here.",
        "Give a control URL, or allow changes to the tenant.",
        _NOWHERE,
    ),
    Cause.NODE_MISSING: Explanation(
        Verdict.NOT_APPLICABLE,
        "The scenario signs in through the vendor's SDK for browsers, and that is not here.",
        "Run `make sdk` on a machine with Node.js.",
        _NOWHERE,
    ),
    Cause.SETTING_NOT_PUT_BACK: Explanation(
        _SE,
        "A setting of the tenant that was changed for a scenario could not be put back.",
        "Put it back by hand: the message names it; the next run tries as well.",
        "as the message says",
    ),
    Cause.PERSON_NOT_REMOVED: Explanation(
        _SE,
        "The tenant refused to remove a person whom the suite had made.",
        "Remove them: `python -m mfa_verification.cli.sweep sweep`, or by hand.",
        "User Management > Users",
    ),
    Cause.SUITE_ERROR: Explanation(
        _SE,
        "The suite itself broke.",
        "Send the traceback to the suite's keepers.",
        _NOWHERE,
    ),
    Cause.LOST: Explanation(
        _SE,
        "The scenario was selected, and its end never came: its worker crashed.",
        "Run it alone, without -n.",
        _NOWHERE,
    ),
    Cause.INTERRUPTED: Explanation(
        Verdict.NOT_RUN,
        "The run ended before the scenario's turn came.",
        "Run again.",
        _NOWHERE,
    ),
}

_HEAD = "| cause | what it means | what to do | where to look |"
_HEADINGS = {
    _NC: "Nonconforming: the tenant is wrong",
    _IN: "Inconclusive: nothing was learnt",
    Verdict.NOT_APPLICABLE: "Not applicable",
    Verdict.NOT_RUN: "Not run",
    _SE: "The suite's own",
}


def page() -> str:
    """Return docs/causes.md."""
    lines = [
        "# Causes",
        "",
        "Why a scenario came to its verdict: one word out of this list, in the terminal, in every report and in",
        "`verdict.json`. This page is made by `python -m mfa_verification.verdict.explained`.",
    ]
    for verdict, heading in _HEADINGS.items():
        lines += ["", f"## {heading}", "", _HEAD, "|---|---|---|---|"]
        lines += [
            f"| `{cause}` | {said.means} | {said.do} | {said.look} |"
            for cause, said in EXPLAINED.items()
            if said.verdict is verdict
        ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(page())
