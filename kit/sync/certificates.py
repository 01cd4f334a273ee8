"""TLS certificates whose dates are verified by a clock that is given, on a machine whose own clock may be wrong.

The chain and the name are verified by OpenSSL as always; it is only told to leave the dates (RFC 5280, 4.1.2.5) to us,
and each certificate of the chain it built is then held against the clock given, before anything is sent.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable
from typing import Any

NOT_YET, EXPIRED = 9, 10  # X509_V_ERR_CERT_NOT_YET_VALID, X509_V_ERR_CERT_HAS_EXPIRED
ABOUT_DATES = (NOT_YET, EXPIRED)
_NO_CHECK_TIME = 0x200000  # X509_V_FLAG_NO_CHECK_TIME


def dated_context(wall_ms: Callable[[], int]) -> ssl.SSLContext:
    """A context that verifies everything, the dates by `wall_ms` (Unix milliseconds)."""
    import httpx

    class Dated(ssl.SSLSocket):
        """A connection that is closed when a date is wrong."""

        def do_handshake(self, block: bool = False) -> None:
            super().do_handshake(block)
            check_dates(self, wall_ms() / 1000)

    context = httpx.create_ssl_context()
    context.verify_flags = ssl.VerifyFlags(context.verify_flags | _NO_CHECK_TIME)
    context.sslsocket_class = Dated
    return context


def check_dates(line: ssl.SSLSocket, now: float) -> None:
    """Hold every certificate of the verified chain against `now` (Unix seconds).

    Raises ssl.SSLCertVerificationError with OpenSSL's own code for the date that is wrong.
    """
    handle: Any = line._sslobj  # type: ignore[attr-defined]
    chain = [certificate.get_info() for certificate in handle.get_verified_chain()]
    if not chain:
        raise ssl.SSLCertVerificationError("no verified chain")
    for info in chain:
        if now < ssl.cert_time_to_seconds(info["notBefore"]):
            raise _refusal(NOT_YET, "certificate is not yet valid")
        if now > ssl.cert_time_to_seconds(info["notAfter"]):
            raise _refusal(EXPIRED, "certificate has expired")


def _refusal(code: int, words: str) -> ssl.SSLCertVerificationError:
    refusal = ssl.SSLCertVerificationError(1, f"CERTIFICATE_VERIFY_FAILED: {words}")
    refusal.verify_code, refusal.verify_message = code, words
    return refusal
