"""The tenant's rules, without a framework: one module per domain word, one small method per decision.

A variation is a row that changes one of these methods; see `local_tenant.variations`.
"""
