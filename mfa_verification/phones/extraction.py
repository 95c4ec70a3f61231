"""Picks the six digits out of a text; never guesses."""

from __future__ import annotations

import re

from mfa_verification.outcome import Inconclusive, TenantFault
from mfa_verification.phones.provider import Text
from mfa_verification.phones.wording import plain, without_known
from mfa_verification.secret import Secret
from mfa_verification.verdict.cause import Cause

# Six digits in one go, or three and three. Boundaries are ASCII's: in some scripts words touch the digits.
_SIX = re.compile(
    r"(?<![A-Za-z0-9])(?<![0-9][.,:/-])"
    r"(?:[0-9]{6}|(?<![0-9] )[0-9]{3}[ -][0-9]{3}(?! [0-9]))"
    r"(?![A-Za-z0-9])(?![.,:/-][0-9])"
)
_WORD = (
    r"(?:(?:code|codes|kode|kod|koodi|código|codigo|codice|passcode|otp|pin|koda|kód|mã)(?![A-Za-z])"
    r"|код|κωδικός|رمز|كود|קוד|कोड|รหัส|验证码|驗證碼|校验码|コード|코드|인증번호)"
)
_IS = r"(?:(?:is|ist|lautet|est|es|é|è|är|er|jest|je|это|είναι|هو|है|คือ|是|为|為|は)(?![a-z]))"
_WORD_BEFORE = re.compile(rf"{_WORD}[\s:=#\"'«“(-]*(?:{_IS}[\s:#\"'«“(-]*)?$", re.IGNORECASE)
_WORD_AFTER = re.compile(rf"^[\s\"'»”)-]*(?:{_IS}[^0-9.!?;:,\n|]{{0,40}}?)?{_WORD}", re.IGNORECASE)


def code_in(text: Text, tenant_name: str = "") -> Secret:
    """Return the code of a text.

    `tenant_name` is what the tenant calls itself in texts: digits in it are no code. Most trusted is the code
    that the provider hands over beside the words; they must hold it too, as a person has only the words.
    `TenantFault` where there is no code to read; `Inconclusive` where several could be it and no word like
    "code" stands beside exactly one: the text may be fine, and it is our reading that ends there.
    """
    words = without_known(plain(text.body.reveal()), text.to, tenant_name)
    found = list(_SIX.finditer(words))
    if text.code is not None:
        return _structured(text.code, found)
    codes = {_digits(match) for match in found}
    if len(codes) > 1:
        codes = {_digits(match) for match in found if _is_beside_a_word(words, match)}
        if len(codes) != 1:
            several = f"the text holds {_counted(found)}, and nothing says which is the code"
            raise Inconclusive(Cause.TEXT_AMBIGUOUS, several)
    if not codes:
        raise TenantFault(Cause.TEXT_WITHOUT_CODE, "the text holds no six digits that could be a code")
    return Secret(codes.pop(), "texted code")


def _structured(code: Secret, found: list[re.Match[str]]) -> Secret:
    if not re.fullmatch("[0-9]{6}", code.reveal()):
        raise TenantFault(Cause.TEXT_WITHOUT_CODE, "the code that came beside the text is not six digits")
    if code.reveal() not in {_digits(match) for match in found}:
        raise TenantFault(
            Cause.TEXT_WITHOUT_CODE,
            f"the text does not show the code that was sent with it: it holds {_counted(found)}",
        )
    return Secret(code.reveal(), "texted code")


def _is_beside_a_word(words: str, match: re.Match[str]) -> bool:
    before, after = words[: match.start()], words[match.end() :]
    return bool(_WORD_BEFORE.search(before) or _WORD_AFTER.search(after))


def _digits(match: re.Match[str]) -> str:
    return re.sub("[^0-9]", "", match[0])


def _counted(found: list[re.Match[str]]) -> str:
    several = len({_digits(match) for match in found})
    return f"{several or 'no'} group{'' if several == 1 else 's'} of six digits"
