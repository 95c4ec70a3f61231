"""The tenant's own certificate authority and the certificate that it serves with."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Certificates:
    """PEM texts: the authority's certificate, and the leaf with its key. Siblings serve with the same leaf."""

    authority: str
    leaf: str
    leaf_key: str = field(repr=False)


def make(host: str) -> Certificates:
    """Make an authority and a leaf (elliptic curve keys) for this machine's names and the tenant's public host."""
    import trustme  # noqa: PLC0415  # only a tenant without a parent needs it; siblings start faster so

    authority = trustme.CA(organization_name="Local tenant")
    names = dict.fromkeys(["localhost", "127.0.0.1", "::1", host])
    leaf = authority.issue_cert(*names, organization_name="Local tenant")
    chain = "".join(blob.bytes().decode() for blob in leaf.cert_chain_pems)
    return Certificates(authority.cert_pem.bytes().decode(), chain, leaf.private_key_pem.bytes().decode())
