"""Reads the inbox to which a tenant's phone Action (or the local tenant) posts its texts.

`GET URL?to=NUMBER&after=SEQ&wait=SECONDS` with the bearer token lists
`[{"seq", "to", "body", "sent_at", "code"?}]`, newest last. `seq` grows with every text, so it is the cursor.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from itertools import pairwise
from typing import ClassVar
from urllib.parse import urlsplit

import requests

from mfa_verification.outcome import Inconclusive
from mfa_verification.phones.provider import Cursor, ProviderMisconfigured, SettingNames, Text
from mfa_verification.secret import Secret
from mfa_verification.verdict.cause import Cause

URL, TOKEN = "PHONE_INBOX_URL", "PHONE_INBOX_TOKEN"
LONGEST_WAIT = 25
"""Seconds for which the inbox holds a request at most."""
NOBODY = "+13035550100"
"""A number kept for fiction: something to ask for in the preflight."""
_BEGINNING = Cursor("0")


class InboxProvider:
    """The provider `inbox`."""

    name: ClassVar[str] = "inbox"
    settings: ClassVar[SettingNames] = SettingNames(required=(URL, TOKEN))

    def __init__(self, settings: Mapping[str, str]) -> None:
        """Take both settings; raises `ProviderMisconfigured` for one that is missing or cannot be right."""
        self._url = _address(settings.get(URL, ""))
        self._where = urlsplit(self._url).hostname
        self._token = _token(settings.get(TOKEN, ""))
        self._session = requests.Session()
        # Neither a proxy nor a .netrc of the runner may meet the token or the codes.
        self._session.trust_env = False

    def preflight(self) -> None:
        """Ask for the texts of a number that nobody has."""
        self._texts(NOBODY, _BEGINNING, 0)

    def mark(self, number: str) -> Cursor:
        """Return the `seq` of the newest text, or the beginning."""
        texts = self._texts(number, _BEGINNING, 0)
        return Cursor(texts[-1].id) if texts else _BEGINNING

    def poll(self, number: str, cursor: Cursor, wait: float) -> list[Text]:
        """Return the texts after the cursor; the inbox holds the request, up to 25 s, until there is one."""
        return self._texts(number, cursor, min(int(wait), LONGEST_WAIT))

    def _texts(self, number: str, after: Cursor, wait: int) -> list[Text]:
        response = self._get({"to": number, "after": after, "wait": str(wait)}, wait)
        self._check_status(response.status_code)
        try:
            listed = response.json()
        except ValueError:
            listed = None  # its message quotes the answer, so it goes no further
        if not isinstance(listed, list):
            raise self._trouble("answered something other than a JSON list")
        texts = [text for item in listed if (text := _text(item, number))]
        if len(texts) < len(listed):
            raise self._trouble("listed a text without seq, to (as asked), body and sent_at (with a zone)")
        seqs = [int(after), *(int(text.id) for text in texts)]
        if any(earlier >= later for earlier, later in pairwise(seqs)):
            raise self._trouble("listed texts older than asked for, or not newest last")
        return texts

    def _get(self, query: dict[str, str], wait: int) -> requests.Response:
        try:
            return self._session.get(
                self._url,
                params=query,
                headers={"Authorization": f"Bearer {self._token.reveal()}", "Accept": "application/json"},
                timeout=(5, wait + 15),
                allow_redirects=False,
            )
        except requests.RequestException as error:
            kind = type(error).__name__
        # Raised out here, so that it does not carry the error along, which prints the number and the address.
        raise self._trouble(f"could not be read ({kind})")

    def _check_status(self, status: int) -> None:
        """Sort what is not 200: the user's to mend, or trouble."""
        if status in {401, 403}:
            raise ProviderMisconfigured(TOKEN, f"the inbox at {self._where} refuses it ({status})")
        if status == 429 or status >= 500:
            raise self._trouble(f"answered {status}")
        if status != 200:
            raise ProviderMisconfigured(URL, f"{self._where} answers {status}: is this the inbox's address?")

    def _trouble(self, what: str) -> Inconclusive:
        return Inconclusive(Cause.PHONE_PROVIDER_UNREACHABLE, f"the phone inbox at {self._where} {what}")


def _text(item: object, number: str) -> Text | None:
    """Read one text; None where it is not as described, or is another phone's."""
    match item:
        case {"seq": int(seq), "to": str(to), "body": str(body), "sent_at": str(sent_at), **more}:
            code, moment = more.get("code"), _moment(sent_at)
            if to == number and moment and isinstance(code, str | None):
                texted = None if code is None else Secret(code, "texted code")
                return Text(str(int(seq)), to, Secret(body, "text"), moment, texted)
    return None


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _address(url: str) -> str:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.username is None
        _ = parts.port  # raises where it is not a number
    except ValueError:
        usable = False
    if not usable or not re.fullmatch("[!-~]+", url):
        raise ProviderMisconfigured(URL, "expected an address such as https://host/texts, without a password")
    return url


def _token(token: str) -> Secret:
    if not re.fullmatch("[!-~]+", token):
        raise ProviderMisconfigured(TOKEN, "expected a token: it is empty, or holds what no header can carry")
    return Secret(token, "phone inbox token")
