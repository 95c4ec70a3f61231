"""The script that runs in a page is well-formed, and defines what the window calls by name."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

LOGIN = Path(__file__).parents[2] / "mfa_verification" / "login"
PAGE = LOGIN / "page.js"


@pytest.mark.skipif(shutil.which("node") is None, reason="Node.js is not here")
def test_the_script_is_well_formed() -> None:
    checked = subprocess.run(["node", "--check", str(PAGE)], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr


def test_what_the_window_calls_is_there() -> None:
    called = set(re.findall(r'_have_page, "(\w+)"|_have_page\("(\w+)"', (LOGIN / "browser_window.py").read_text()))
    names = {name for pair in called for name in pair if name}
    assert names == {"look", "enter", "findKey", "hideSecrets", "untilChanged"}
    assert names <= set(re.findall(r"^(?:async )?function (\w+)", PAGE.read_text(), re.MULTILINE))
