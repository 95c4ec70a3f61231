"""One row for every refusal of the local tenant."""

from tests.tenant.refusals.management import MANAGEMENT
from tests.tenant.refusals.mfa import MFA
from tests.tenant.refusals.oauth import OAUTH
from tests.tenant.refusals.pages import BROWSERS
from tests.tenant.refusals.table import Table

PARTS = (OAUTH, MFA, BROWSERS, MANAGEMENT)
TABLE: Table = {name: case for part in PARTS for name, case in part.items()}
