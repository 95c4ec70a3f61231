"""Picks the six digits out of an SMS message; never guesses."""

from __future__ import annotations

import re
import unicodedata

from mfa_verification.core.outcome import Inconclusive, TenantFault
from mfa_verification.core.secret import Secret
from mfa_verification.core.verdict import Cause
from mfa_verification.phones.provider import SmsMessage

# Six digits in one go, three and three, or one by one as a voice reads them. Boundaries are ASCII's: in some
# scripts words touch the digits.
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
# The line by which a browser knows for which site a code is: "@tenant.example #482910".
_ORIGIN_BOUND = re.compile(r"^@[a-z0-9.-]+(?::[0-9]+)? #([0-9]{6})(?: @[a-z0-9.-]+)?$", re.IGNORECASE | re.MULTILINE)


def code_in(message: SmsMessage, tenant_name: str = "", pattern: re.Pattern[str] | None = None) -> Secret:
    """Return the code of an SMS message.

    `tenant_name` is what the tenant calls itself in SMS messages: digits in it are no code. `pattern` is the project's
    own, with a group `code`. Most trusted is the code that the sender hands over beside the words; they must hold
    it too, as a user has only the words. Then come the pattern, the line that binds a code to its site, and what
    alone looks like a code or stands beside a word like it.
    `TenantFault` where there is no code to read; `Inconclusive` where several could be it: the SMS message may be fine,
    and it is our reading that ends there.
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
        # A line for browsers that says something else than the words would be two codes to a user, too.
        bound = set(_ORIGIN_BOUND.findall(words))
        codes = bound | beside
    if not found:
        raise TenantFault(Cause.SMS_WITHOUT_CODE, "the SMS message holds no six digits that could be a code")
    if len(codes) != 1:
        several = f"the SMS message holds {_counted(found)}, and nothing says which is the code"
        raise Inconclusive(Cause.SMS_AMBIGUOUS, f"{several}: PHONE_CODE_PATTERN can")
    return Secret(codes.pop(), "SMS code")


def _structured(code: Secret, found: list[re.Match[str]]) -> Secret:
    if not re.fullmatch("[0-9]{6}", code.reveal()):
        raise TenantFault(Cause.SMS_WITHOUT_CODE, "the code that came beside the SMS message is not six digits")
    if code.reveal() not in {_digits(match) for match in found}:
        raise TenantFault(
            Cause.SMS_WITHOUT_CODE,
            f"the SMS message does not show the code that was sent with it: it holds {_counted(found)}",
        )
    return Secret(code.reveal(), "SMS code")


def _by_pattern(pattern: re.Pattern[str], shown: str, found: list[re.Match[str]]) -> Secret:
    """The project's own word on where the code stands; that it does not fit proves nothing about the tenant."""
    codes = {re.sub("[^0-9]", "", match["code"] or "") for match in pattern.finditer(shown)}
    if not codes and not found:
        raise TenantFault(Cause.SMS_WITHOUT_CODE, "the SMS message holds no six digits that could be a code")
    if len(codes) != 1 or any(len(code) != 6 for code in codes):
        met = f"finds {len(codes)} codes" if len(codes) != 1 else "finds something other than six digits"
        raise Inconclusive(
            Cause.SMS_AMBIGUOUS, f"PHONE_CODE_PATTERN {met} in an SMS message that holds {_counted(found)}"
        )
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
    """Return `PHONE_CODE_PATTERN`, compiled; ValueError with one line where it is no pattern with a group `code`."""
    try:
        pattern = re.compile(text, re.MULTILINE)
    except re.error as error:
        raise ValueError(f"PHONE_CODE_PATTERN is no regular expression: {error}") from None
    if "code" not in pattern.groupindex:
        raise ValueError(r"PHONE_CODE_PATTERN has no group code: write the digits' place as (?P<code>\d{6})")
    return pattern


_GAP = " | "
"""What takes the place of a blanked part: no two digits become neighbours through it."""

_ADDRESSES = re.compile(
    r"https?://[!-~]+"
    r"|[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+\.[A-Za-z0-9.-]+"
    r"|[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}/[!-~]*"
    r"|[A-Za-z0-9-]+\.[A-Za-z0-9-]+\.[A-Za-z]{2,}",
    re.ASCII | re.IGNORECASE,
)
_INTERNATIONAL = re.compile(r"\+[0-9]+(?:(?: \(|\)[ -]?|[ .-])[0-9]+)*")
# Scripts without blanks between words have none after these: their narrow twins would join two numbers.
_WIDE_STOPS = re.compile("[，、：；。．]")
_DASHES = re.compile("[\u2010-\u2015\u2212]")


def plain(text: str) -> str:
    """Return the SMS message with one spelling for each sign.

    NFKC, every script's digits as 0 to 9, one kind of dash; without marks that cannot be seen (direction,
    zero width, soft hyphen), which carriers and templates put between digits.
    """
    spaced = _WIDE_STOPS.sub(lambda stop: f"{stop[0]} ", text)
    seen = "".join(mark for mark in unicodedata.normalize("NFKC", spaced) if unicodedata.category(mark) != "Cf")
    digits = "".join(str(unicodedata.decimal(mark)) if mark.isdecimal() else mark for mark in seen)
    return _DASHES.sub("-", digits)


def without_known(plain_text: str, own_number: str, tenant_name: str) -> str:
    """Blank out what may hold six digits that are no code: addresses, phone numbers, the tenant's name.

    Dates and times need no blanking: their groups are shorter, or joined to others by a sign.
    """
    name = plain(tenant_name).strip()
    if any(mark.isdigit() for mark in name):
        named = rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])"
        plain_text = re.sub(named, _GAP, plain_text, flags=re.IGNORECASE)
    plain_text = _ADDRESSES.sub(_GAP, plain_text)
    plain_text = _own_number(own_number).sub(_GAP, plain_text)
    return _INTERNATIONAL.sub(_blank_number, plain_text)


def _own_number(number: str) -> re.Pattern[str]:
    """Match the number as users write it: grouped or not, with its country code, a 0 instead, or neither."""
    digits = re.sub("[^0-9]", "", number)
    gap = r"[ .()-]{0,2}"
    country_and_area = "".join(f"(?:{digit}{gap})?" for digit in digits[:-7])
    return re.compile(rf"(?<![0-9])\+?0?{gap}{country_and_area}{gap.join(digits[-7:])}(?![0-9])")


def _blank_number(found: re.Match[str]) -> str:
    """Blank a number after a plus, but no more than the 15 digits it can have: the code may follow."""
    taken = 0
    for group in re.finditer("[0-9]+", found[0]):
        if taken and taken + len(group[0]) > 15:
            return _GAP + found[0][group.start() :]
        taken += len(group[0])
    return _GAP
