"""From what went wrong to a verdict. Nothing is guessed: what is not known for sure is the suite's own error."""

from __future__ import annotations

from mfa_verification.core.cause import Cause
from mfa_verification.core.outcome import Blocked, Inconclusive, NotApplicable, NotPutBack, TenantFault, UserNotRemoved
from mfa_verification.verdict.verdict import Verdict

Finding = tuple[Verdict, Cause, str]
"""A verdict, its cause, and one line that says what was met."""


def classify(error: BaseException, judging: bool) -> Finding:
    """Return verdict, cause and one line for an error; `judging`: raised by the body of a Given or Then."""
    line = str(error).strip().partition("\n")[0] or type(error).__name__
    match error:
        case TenantFault():
            return Verdict.NONCONFORMING, error.cause, line
        case Inconclusive():
            return Verdict.INCONCLUSIVE, error.cause, line
        case NotApplicable():
            return Verdict.NOT_APPLICABLE, error.cause, line
        case Blocked():
            return Verdict.NOT_RUN, Cause.BLOCKED_BY, line
        case NotPutBack():
            return Verdict.SUITE_ERROR, Cause.SETTING_NOT_PUT_BACK, line
        case UserNotRemoved():
            return Verdict.SUITE_ERROR, Cause.PERSON_NOT_REMOVED, line
        case AssertionError() if judging:
            return Verdict.NONCONFORMING, Cause.EXPECTATION_NOT_MET, line
        case KeyboardInterrupt():
            return Verdict.NOT_RUN, Cause.INTERRUPTED, "interrupted"
        case _:
            return Verdict.SUITE_ERROR, Cause.SUITE_ERROR, f"{type(error).__name__}: {line}"
