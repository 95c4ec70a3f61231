"""Renders Allure results into a single HTML file, for `make allure`."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
# The analytics script is part of this Allure version's page; it is removed.
ANALYTICS = re.compile(
    r"<script[^>]*>[^<]*googletagmanager[^<]*</script>|<script[^>]*googletagmanager[^>]*>\s*</script>"
)
OLDEST_NODE = 20


def main(reports: Path) -> int:
    """Render `reports`/allure-results into `reports`/allure.html; return 0, or 4 with one line."""
    results = reports / "allure-results"
    if not list(results.glob("*-result.json")):
        return _give_up(f"there are no results in {results}: run `make verify` first")
    if problem := _node_problem():
        return _give_up(problem)
    if not (HERE / "node_modules").is_dir():
        subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=HERE, check=True)
    output = reports / "allure-page"
    shutil.rmtree(output, ignore_errors=True)
    program = HERE / "node_modules" / "allure" / "cli.js"
    configuration = reports / "allurerc.json"
    subprocess.run(
        ["node", program, "generate", "--config", configuration.resolve(), "-o", output.resolve(), results.resolve()],
        check=True,
        cwd=HERE,
    )
    page = next(output.rglob("index.html"))
    text = ANALYTICS.sub("", page.read_text(encoding="utf-8"))
    (reports / "allure.html").write_text(text, encoding="utf-8")
    shutil.rmtree(output)
    sys.stdout.write(f"report: {reports / 'allure.html'}\n")
    return 0


def _node_problem() -> str | None:
    missing = f"`make allure` needs Node.js {OLDEST_NODE} or newer, with npm"
    if shutil.which("node") is None or shutil.which("npm") is None:
        return f"{missing}; index.html needs nothing"
    said = subprocess.run(["node", "--version"], text=True, capture_output=True, check=True).stdout.strip()
    major = int(re.sub(r"\D.*", "", said.removeprefix("v")) or 0)
    return f"{missing}, and this is {said}" if major < OLDEST_NODE else None


def _give_up(message: str) -> int:
    sys.stderr.write(f"{message}\n")
    return 4


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else "reports/latest")))
