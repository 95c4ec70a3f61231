"""The page about the local tenant and the rules say the same."""

from __future__ import annotations

import re

from local_tenant import variations
from local_tenant.clock import Clock
from local_tenant.rules.base import Rule
from local_tenant.tenant import Tenant
from local_tenant.tenant_file import DEFAULT, parse, read
from phone_inbox import Inbox
from tests.tenant.running import ROOT

PAGE = (ROOT / "docs" / "local-tenant.md").read_text(encoding="utf-8")
ROW = re.compile(
    r"^\| (?P<behaviour>.+) \| (?P<evidence>.+) \| `(?P<rule>\w+\.\w+)` \| (?P<names>.*) \|$", re.MULTILINE
)
ROWS = list(ROW.finditer(PAGE))


def test_every_variation_stands_in_the_row_of_the_rule_that_it_overrides() -> None:
    written = {name: row["rule"] for row in ROWS for name in re.findall(r"`([a-z0-9-]+)`", row["names"])}
    assert written == {name: one.overrides for name, one in variations.known().items()}


def test_every_rule_on_the_page_exists_once() -> None:
    rules = [row["rule"] for row in ROWS]
    assert len(rules) == len(set(rules))
    tenant = Tenant(parse(read(DEFAULT)), "localhost:1", Clock(), Inbox(), [])
    there_are = {type(made).__name__: type(made) for made in vars(tenant).values() if isinstance(made, Rule)}
    for rule in rules:
        owner, _, method = rule.partition(".")
        assert method in vars(there_are[owner]), rule


def test_every_row_has_a_grade() -> None:
    for row in ROWS:
        assert re.match(r"(recorded|documented|inferred)\b", row["evidence"]), row["behaviour"]


def test_the_examples_stand_in_the_table() -> None:
    (examples,) = re.findall(r"```python\n(.+?)```", PAGE, re.DOTALL)
    table = (ROOT / "local_tenant" / "variations" / "codes.py").read_text(encoding="utf-8")
    assert [example for example in examples.split("\n\n\n") if example.strip() not in table] == []
