"""Finds words that the project does not use, and names the word to use in their place.

A phrase is found as whole words: in prose, in names (`an_old_name`, `AnOldName`) and across the end of a line.
"""

from __future__ import annotations

import re
import subprocess
from itertools import chain

import pytest

from tests.running import ROOT

SAY = {
    "user, test user": ("person", "persons", "people", "somebody", "whoever", "household"),
    "administrator": ("the operator", "operators", "operator view"),
    "enroll, enrollment": ("enrol", "enrols", "enrolment", "enrolments", "asks to enroll"),
    "SMS message, SMS code": (
        "texted", "no text came", "text came", "second text", "exactly one text", "texts it costs",
        "reads the texts",
    ),
    "authenticator app, OTP code": ("the app's code", "app's code", "app codes"),
    "email": ("e-mail", "e-mails", "e-mailed"),
    "MFA challenge": ("asked for a second factor", "asks for a second factor", "wants a second factor", "the question"),
    "sign-in succeeds, stops at the MFA challenge or is refused": (
        "is let in", "are let in", "was let in", "let in", "lets her in", "lets him in", "kept out", "opens the door",
        "open the door", "the door", "door",
    ),
    "confirm an enrollment": ("answers with the code", "tries to pass"),
    "MFA API token; mfa_token": ("the token of that sign-in", "the token of that refusal", "that refusal's token"),
    "authorization code": ("as far as its code", "as far as her code", "earned code"),
    "PKCE verifier": ("its proof", "guess at"),
    "client secret, client authentication": ("proves itself", "prove themselves"),
    "password grant; refresh token grant": ("with her password alone", "with his password alone"),
    "silent authentication": ("asks silently", "ask silently"),
    "trailing slash": ("last stroke",),
    "all zeros": ("nought", "noughts"),
    "present, send": ("holds out", "held out", "hold out"),
    "remembered device, kept cookies": ("keeps a device", "device that she keeps", "device that he keeps"),
    "tenant lock, lock owner": ("lease of the tenant", "lease user", "tenant's lease"),
    "outage, fault injection": ("trouble", "troubles"),
    "test controls": ("control api",),
    "diagnose, diagnosis": ("looked into", "looks into", "look into", "examination", "examinations"),
    "started": ("begun",),
    "worth, earn: name the token and what it allows": ("worth", "earn", "earns", "earned"),
    "correct, repair, fix": ("mend", "mended", "mends"),
    "American spelling: -or, -er, -ize, -yze": (
        "behaviour", "colour", "favour", "honour", "neighbour", "centre", "grey", "licence", "defence", "judgement",
        "authorise", "authorised", "authorisation", "recognise", "recognised", "organisation", "customise",
        "customised", "initialise", "serialise", "normalise", "normalised", "minimise", "optimise", "realise",
        "summarise", "analyse", "whilst", "labelled", "signalled", "fulfil",
    ),
}  # fmt: skip
"""What to say, and the phrases that stand for it no more."""

NOT_PROSE = (
    "LICENSE", "requirements*.txt", "*package-lock.json", "local_tenant/languages/*", "*/test_words.py",
)  # fmt: skip

CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
QUOTED = re.compile(r"https?://\S+|\]\[[^\]\n]*\]|^\[[^\]\n]*\]:|Trouble Scanning\?", re.MULTILINE)
"""Addresses, and a label of the pages of Auth0."""
BETWEEN = r"[\s_#*>`-]+"


def pattern_of(phrase: str) -> str:
    """Return the regular expression of a phrase: hyphens, underscores and ends of lines part words as spaces do."""
    return BETWEEN.join(re.escape(word) for word in re.split(r"[\s-]", phrase))


INSTEAD = {pattern_of(phrase): say for say, phrases in SAY.items() for phrase in phrases}
ANY = re.compile(rf"(?<![a-z0-9])(?:{'|'.join(sorted(INSTEAD, key=len, reverse=True))})(?![a-z0-9])")


def found_in(text: str) -> list[tuple[int, str, str]]:
    """Return each phrase of a text that is not to be used: its line, the phrase, and what to say."""
    plain = CAMEL.sub("_", QUOTED.sub("", text)).lower()
    return [
        (plain.count("\n", 0, match.start()) + 1, " ".join(match.group().split()), say)
        for match in ANY.finditer(plain)
        for say in [next(say for pattern, say in INSTEAD.items() if re.fullmatch(pattern, match.group()))]
    ]


def tracked() -> list[str]:
    """Return every tracked file with words of ours."""
    command = ["git", "ls-files", "--", *(f":!{name}" for name in NOT_PROSE)]
    return subprocess.run(command, cwd=ROOT, text=True, capture_output=True, check=True).stdout.splitlines()


def hits(name: str) -> list[str]:
    """Return what is to be said otherwise in one file, its name included."""
    path = ROOT / name
    try:
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
    except UnicodeDecodeError:
        text = ""
    named = [f"{name}: the file's name says {phrase!r}; use: {say}" for _, phrase, say in found_in(name)]
    return named + [f"{name}:{line}: {phrase!r}; use: {say}" for line, phrase, say in found_in(text)]


def test_no_phrase_comes_back() -> None:
    found = list(chain.from_iterable(hits(name) for name in tracked()))
    assert not found, "\n".join(["say it in the project's words:", *found])


@pytest.mark.parametrize("phrase", [phrase for phrases in SAY.values() for phrase in phrases])
def test_each_phrase_is_found(phrase: str) -> None:
    for written in (phrase, phrase.replace(" ", "\n    # "), phrase.replace(" ", "_").upper(), f"`{phrase}`s"):
        assert found_in(f"first line\nbefore {written}, after"), written
    assert found_in(f"before {phrase}")[0][0] == 1


@pytest.mark.parametrize("text", ["[docs](https://example.com/trouble)", "troubleshoot", "enrolled", "wormhole"])
def test_other_words_are_not_found(text: str) -> None:
    assert not found_in(text)
