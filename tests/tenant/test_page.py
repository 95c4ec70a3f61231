"""The page about the local tenant and the rules say the same."""

from __future__ import annotations

import re

from local_tenant import variations
from local_tenant.clock import Clock
from local_tenant.rules import Rule
from local_tenant.tenant import Tenant
from local_tenant.tenant_file import DEFAULT, parse, read
from phone_inbox import Inbox
from tests.tenant.running import ROOT

PAGE = (ROOT / "docs" / "local-tenant.md").read_text(encoding="utf-8")
TABLE = PAGE.partition("## Decisions and their variations")[2].partition("\n## ")[0]
ROWS = dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", TABLE, re.MULTILINE))
"""The decisions of each class of rules, as one text."""


def test_every_variation_stands_in_the_row_of_the_rules_that_it_overrides() -> None:
    varied = {rules: " ".join(re.findall(r" → (.*?)(?:<br>|$)", decisions)) for rules, decisions in ROWS.items()}
    written = {name: rules for rules, names in varied.items() for name in re.findall(r"`([a-z0-9-]+)`", names)}
    assert written == {name: one.overrides.partition(".")[0] for name, one in variations.known().items()}


def test_all_rules_on_the_page_are_there() -> None:
    tenant = Tenant(parse(read(DEFAULT)), "localhost:1", Clock(), Inbox(), [])
    assert ROWS.keys() <= {type(made).__name__ for made in vars(tenant).values() if isinstance(made, Rule)}


def test_no_variation_stands_in_two_decisions() -> None:
    names = [name for decisions in ROWS.values() for line in re.findall(r" → (.*?)(?:<br>|$)", decisions)
             for name in re.findall(r"`([a-z0-9-]+)`", line)]  # fmt: skip
    assert len(names) == len(set(names))


def test_the_examples_stand_in_the_table() -> None:
    (examples,) = re.findall(r"```python\n(.+?)```", PAGE, re.DOTALL)
    table = (ROOT / "local_tenant" / "variations" / "codes.py").read_text(encoding="utf-8")
    assert [example for example in examples.split("\n\n\n") if example.strip() not in table] == []
