"""What a central needs of X.509 (RFC 5280) to ask certificates for its kits. Kits do without: `cryptography` comes with
the extra `names` and is imported where it is used."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from kit.errors import Problem

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.x509 import Certificate


def new_account_key() -> bytes:
    """A P-256 key by which the central is known to a certificate authority: PKCS #8, DER."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def read_account_key(raw: bytes) -> EllipticCurvePrivateKey:
    """The key that was made so."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = serialization.load_der_private_key(raw, None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError(type(key))
    return key


def check_request(raw: bytes, name: str) -> None:
    """Raise Problem `names.bad_request` unless this request (PEM) is for `name` alone, signed by a P-256 key."""
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import ec

    try:
        request = x509.load_pem_x509_csr(raw)
        public = request.public_key()
        names = request.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        is_right = (
            request.is_signature_valid
            and isinstance(public, ec.EllipticCurvePublicKey)
            and isinstance(public.curve, ec.SECP256R1)
            and list(names) == [x509.DNSName(name)]
            and not list(request.subject)
        )
    except (ValueError, TypeError, x509.ExtensionNotFound) as refusal:
        raise Problem("names.bad_request") from refusal
    if not is_right:
        raise Problem("names.bad_request")


def read_certificate(chain: bytes) -> Certificate:
    """The first certificate of a chain (PEM). Raises Problem `names.bad_chain`."""
    from cryptography import x509

    try:
        return x509.load_pem_x509_certificates(chain)[0]
    except (ValueError, IndexError) as refusal:
        raise Problem("names.bad_chain") from refusal


def read_dates(chain: bytes, name: str) -> tuple[int, int]:
    """From when until when (Unix milliseconds) it serves for `name`. Raises Problem `names.bad_chain`."""
    from cryptography import x509

    found = read_certificate(chain)
    names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    if name not in names.get_values_for_type(x509.DNSName):
        raise Problem("names.bad_chain")
    return int(found.not_valid_before_utc.timestamp() * 1000), int(found.not_valid_after_utc.timestamp() * 1000)


def is_base64(text: str) -> bool:
    """True for a secret as DNS servers write it (RFC 8945 says: base64)."""
    try:
        return len(base64.b64decode(text, validate=True)) >= 16
    except ValueError:
        return False
