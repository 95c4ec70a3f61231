"""Variations of the local tenant: each file here is one, each overrides one decision, and is named as its file is.

*dialect*: sources disagree about what a tenant does; *look*: how pages differ; *fault*: what must be found.
"""

from local_tenant.variations.registry import Composition, Variation, VariationError, find, known

__all__ = ["Composition", "Variation", "VariationError", "find", "known"]
