"""Finds the six-digit code in an SMS message, without guessing."""

from __future__ import annotations

import re
import unicodedata

from mfa_verification.core.outcome import Inconclusive, TenantFault
from mfa_verification.core.secret import Secret
from mfa_verification.core.verdict import Cause
from mfa_verification.phones.provider import SmsMessage

# Six digits together, in two groups of three, or separated, as in a voice message. Boundaries are ASCII, because in
# some scripts words touch the digits.
_SIX = re.compile(
    r"(?<![A-Za-z0-9])(?<![0-9][.,:/-])"
    r"(?:[0-9]{6}"
    r"|(?<![0-9] )[0-9]{3}[ -][0-9]{3}(?! [0-9])"
    r"|(?<![0-9] )(?<![0-9][.,] )[0-9](?P<gap>[.-]|[.,] ?| )[0-9](?:(?P=gap)[0-9]){4}(?!(?P=gap)[0-9]))"
    r"(?![A-Za-z0-9])(?![.,:/-][0-9])"
)
_WORD = (
    r"(?:(?:code|codes|kode(?: anda)?|kod|kodu|kodunuz|koden|koodi|codul|código|codigo|codice|passcode|otp|pin|koda"
    r"|kód|mã)(?![A-Za-z])|код|κωδικός|رمز|كود|קוד|कोड|รหัส|验证码|驗證碼|校验码|コード|코드|인증번호)"
)
_IS = (
    r"(?:(?<![^\W\d_])(?:is|ist|lautet|est|es|é|è|är|er|jest|je|là|este|это|είναι|هو|הוא|है)(?![^\W\d_])"
    r"|คือ|是|为|為|は|은|는)"
)
_FEW_WORDS = r"[^0-9.!?;:,\n|]{0,40}?"
_WORD_BEFORE = re.compile(rf"{_WORD}(?:{_FEW_WORDS}{_IS})?[\s:=#\"'«“(-]*$", re.IGNORECASE)
_WORD_AFTER = re.compile(rf"^[\s\"'»”)-]*(?:{_IS}{_FEW_WORDS})?{_WORD}", re.IGNORECASE)
# The line that binds a code to a site for browsers: "@tenant.example #482910".
_ORIGIN_BOUND = re.compile(r"^@[a-z0-9.-]+(?::[0-9]+)? #([0-9]{6})(?: @[a-z0-9.-]+)?$", re.IGNORECASE | re.MULTILINE)


def code_in(message: SmsMessage, tenant_name: str = "", pattern: re.Pattern[str] | None = None) -> Secret:
    """Return the code in an SMS message.

    `tenant_name` is the tenant's name in messages, whose digits are not a code; `pattern` is PHONE_CODE_PATTERN. The
    code passed beside the body comes first, but must be in the body too, since users see only that. Then follow the
    pattern, the line that binds a code to a site, and a lone six-digit group or one beside a word for "code". Raises
    `TenantFault` where there is no code, and `Inconclusive` where several are possible.
    """
    shown = plain(message.body.reveal())
    words = without_known(shown, message.to, tenant_name)
    found = list(_SIX.finditer(words))
    if message.code is not None:
        return _structured(message.code, found)
    if pattern is not None:
        return _by_pattern(pattern, shown, found)
    codes = {_digits(match) for match in found}
    if len(codes) > 1:
        beside = {_digits(match) for match in found if _is_beside_a_word(words, match)}
        # A different code in the line for browsers would be two codes for a user as well.
        bound = set(_ORIGIN_BOUND.findall(words))
        codes = bound | beside
    if not found:
        raise TenantFault(Cause.SMS_WITHOUT_CODE, "the SMS message has no six digits that could be a code")
    if len(codes) != 1:
        several = f"the SMS message has {_counted(found)}, and nothing marks the code"
        raise Inconclusive(Cause.SMS_AMBIGUOUS, f"{several}: set PHONE_CODE_PATTERN")
    return Secret(codes.pop(), "SMS code")


def _structured(code: Secret, found: list[re.Match[str]]) -> Secret:
    if not re.fullmatch("[0-9]{6}", code.reveal()):
        raise TenantFault(Cause.SMS_WITHOUT_CODE, "the code passed beside the SMS message is not six digits")
    if code.reveal() not in {_digits(match) for match in found}:
        raise TenantFault(
            Cause.SMS_WITHOUT_CODE,
            f"the SMS message does not contain the code passed beside it: it has {_counted(found)}",
        )
    return Secret(code.reveal(), "SMS code")


def _by_pattern(pattern: re.Pattern[str], shown: str, found: list[re.Match[str]]) -> Secret:
    """Return the code that PHONE_CODE_PATTERN finds. Raises `Inconclusive` where it does not fit."""
    codes = {re.sub("[^0-9]", "", match["code"] or "") for match in pattern.finditer(shown)}
    if not codes and not found:
        raise TenantFault(Cause.SMS_WITHOUT_CODE, "the SMS message has no six digits that could be a code")
    if len(codes) != 1 or any(len(code) != 6 for code in codes):
        met = f"finds {len(codes)} codes" if len(codes) != 1 else "finds something other than six digits"
        raise Inconclusive(Cause.SMS_AMBIGUOUS, f"PHONE_CODE_PATTERN {met} in an SMS message with {_counted(found)}")
    return Secret(codes.pop(), "SMS code")


def _is_beside_a_word(words: str, match: re.Match[str]) -> bool:
    before, after = words[: match.start()], words[match.end() :]
    return bool(_WORD_BEFORE.search(before) or _WORD_AFTER.search(after))


def _digits(match: re.Match[str]) -> str:
    return re.sub("[^0-9]", "", match[0])


def _counted(found: list[re.Match[str]]) -> str:
    several = len({_digits(match) for match in found})
    return f"{several or 'no'} group{'' if several == 1 else 's'} of six digits"


def code_pattern(text: str) -> re.Pattern[str]:
    """Return `PHONE_CODE_PATTERN` compiled. Raises ValueError where it is malformed or has no group `code`."""
    try:
        pattern = re.compile(text, re.MULTILINE)
    except re.error as error:
        raise ValueError(f"PHONE_CODE_PATTERN is not a regular expression: {error}") from None
    if "code" not in pattern.groupindex:
        raise ValueError(r"PHONE_CODE_PATTERN has no group code: write the digits as (?P<code>\d{6})")
    return pattern


_GAP = " | "
"""Replaces removed parts, so that no two digits become neighbors."""

_ADDRESSES = re.compile(
    r"https?://[!-~]+"
    r"|[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+\.[A-Za-z0-9.-]+"
    r"|[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}/[!-~]*"
    r"|[A-Za-z0-9-]+\.[A-Za-z0-9-]+\.[A-Za-z]{2,}",
    re.ASCII | re.IGNORECASE,
)
_INTERNATIONAL = re.compile(r"\+[0-9]+(?:(?: \(|\)[ -]?|[ .-])[0-9]+)*")
# In scripts without spaces, these have none after them: their ASCII forms would join two numbers.
_WIDE_STOPS = re.compile("[，、：；。．]")
_DASHES = re.compile("[\u2010-\u2015\u2212]")


def plain(text: str) -> str:
    """Return the text normalized: NFKC, digits 0 to 9, one kind of dash, no invisible characters."""
    spaced = _WIDE_STOPS.sub(lambda stop: f"{stop[0]} ", text)
    seen = "".join(mark for mark in unicodedata.normalize("NFKC", spaced) if unicodedata.category(mark) != "Cf")
    digits = "".join(str(unicodedata.decimal(mark)) if mark.isdecimal() else mark for mark in seen)
    return _DASHES.sub("-", digits)


def without_known(plain_text: str, own_number: str, tenant_name: str) -> str:
    """Remove what may contain six other digits: URLs, phone numbers, the tenant's name.

    Dates and times need not be removed: their groups are shorter, or joined by separators.
    """
    name = plain(tenant_name).strip()
    if any(mark.isdigit() for mark in name):
        named = rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])"
        plain_text = re.sub(named, _GAP, plain_text, flags=re.IGNORECASE)
    plain_text = _ADDRESSES.sub(_GAP, plain_text)
    plain_text = _own_number(own_number).sub(_GAP, plain_text)
    return _INTERNATIONAL.sub(_blank_number, plain_text)


def _own_number(number: str) -> re.Pattern[str]:
    """Return a pattern for the number as users write it: grouped, with country code, a 0 instead, or neither."""
    digits = re.sub("[^0-9]", "", number)
    gap = r"[ .()-]{0,2}"
    country_and_area = "".join(f"(?:{digit}{gap})?" for digit in digits[:-7])
    return re.compile(rf"(?<![0-9])\+?0?{gap}{country_and_area}{gap.join(digits[-7:])}(?![0-9])")


def _blank_number(found: re.Match[str]) -> str:
    """Remove a number after a plus, up to 15 digits: the code may follow."""
    taken = 0
    for group in re.finditer("[0-9]+", found[0]):
        if taken and taken + len(group[0]) > 15:
            return _GAP + found[0][group.start() :]
        taken += len(group[0])
    return _GAP
