from local_tenant.rules.pages import Pages


class StrictContentSecurityPolicy(Pages):
    """No script of anybody runs in the page, and nothing is loaded from elsewhere."""

    kind = "look"
    evidence = "contract, 2.10: page templates"

    def content_security_policy(self, nonce: str) -> str:
        return f"default-src 'none'; style-src 'nonce-{nonce}'; img-src data:; base-uri 'none'; frame-ancestors 'none'"
