"""Asking a certificate authority (ACME, RFC 8555) for a certificate, and taking one back. The library is certbot's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from kit import __version__
from kit.central.names.terms import Terms
from kit.central.names.zone import Zone
from kit.errors import Problem
from kit.keys import certificates

if TYPE_CHECKING:
    import acme.client
    import acme.messages
    import josepy.jwk
    import requests

ORDER_SECONDS = 120
CALL_SECONDS = 30
NONCE_TRIES = 4
RATE = "urn:ietf:params:acme:error:rateLimited"
DONE_BEFORE = "urn:ietf:params:acme:error:alreadyRevoked"
STOLEN = 1  # RFC 5280, 5.3.1: keyCompromise
LONGEST_REASON = 300


class Authority:
    """The authority of `terms`, where we are known by `account_key` (DER) and, once we are, by `account_url`."""

    def __init__(self, terms: Terms, account_key: bytes, account_url: str = "") -> None:
        from acme import client, messages
        from josepy.jwk import JWKEC

        key = JWKEC(key=certificates.read_account_key(account_key))
        self._terms = terms
        self._jwk = key
        with translated():
            net = _network(key)
            self._client = client.ClientV2(client.ClientV2.get_directory(terms.directory, net), net)
            if account_url:
                net.account = messages.RegistrationResource(uri=account_url, body=messages.Registration())

    def join(self) -> str:
        """Be known, or known again; our address there. The terms of service were agreed to on the administrator's page.

        Raises Problem `names.acme_*`.
        """
        from acme import errors, messages

        asked = messages.NewRegistration.from_data(email=self._terms.contact or None, terms_of_service_agreed=True)
        with translated():
            try:
                return str(self._client.new_account(asked).uri)
            except errors.ConflictError as known:
                self._client.net.account = messages.RegistrationResource(
                    uri=known.location, body=messages.Registration()
                )
                return str(known.location)

    def certify(self, name: str, request: bytes, zone: Zone, wait: Callable[[float], object]) -> bytes:
        """A chain (PEM) for a request: prove by a text in the zone that the name is ours, then take it.

        `wait` lets the other servers of the zone hear of the text. Raises Problem `names.*`.
        """
        with translated():
            order = self._client.new_order(request)
        try:
            for authorization in order.authorizations:
                self._prove(authorization, name, zone, wait)
            with translated():
                deadline = datetime.now() + timedelta(seconds=ORDER_SECONDS)
                return str(self._client.poll_and_finalize(order, deadline).fullchain_pem).encode()
        finally:
            zone.remove(name)

    def _prove(
        self,
        authorization: acme.messages.AuthorizationResource,
        name: str,
        zone: Zone,
        wait: Callable[[float], object],
    ) -> None:
        from acme import challenges, messages

        if authorization.body.status == messages.STATUS_VALID:
            return  # proved not long ago
        found = [one for one in authorization.body.challenges if isinstance(one.chall, challenges.DNS01)]
        if not found:
            raise Problem("names.acme_refused", reason="dns-01")
        response, text = found[0].response_and_validation(self._jwk)
        zone.put(name, text)
        wait(self._terms.wait_seconds)
        with translated():
            self._client.answer_challenge(found[0], response)

    def revoke(self, chain: bytes) -> None:
        """Take a certificate back; one that is taken back already, too. Raises Problem `names.*`."""
        from acme import messages

        try:
            with translated():
                self._client.revoke(certificates.read_certificate(chain), STOLEN)
        except Problem as problem:
            cause = problem.__cause__
            if not (isinstance(cause, messages.Error) and cause.typ == DONE_BEFORE):
                raise


def _network(key: josepy.jwk.JWK) -> acme.client.ClientNetwork:
    """Signed calls; a number that the authority will not take (badNonce: RFC 8555, 6.5) is asked for again."""
    from acme import client, messages
    from josepy.jwa import ES256

    class Patient(client.ClientNetwork):
        def post(self, *args: Any, **kwargs: Any) -> requests.Response:
            for _ in range(NONCE_TRIES):
                try:
                    return super().post(*args, **kwargs)
                except messages.Error as failure:
                    if failure.code != "badNonce":
                        raise
            return super().post(*args, **kwargs)

    return Patient(key, alg=ES256, user_agent=f"valise-nomade/{__version__}", timeout=CALL_SECONDS)


@contextmanager
def translated() -> Iterator[None]:
    """What an authority may answer, as Problems."""
    import acme.errors
    import requests
    from acme import messages
    from josepy.errors import Error as JoseError

    try:
        yield
    except acme.errors.ValidationError as failure:
        said = [one.error for body in failure.failed_authzrs for one in body.body.challenges if one.error]
        raise Problem("names.not_seen", reason=_reason(said[0] if said else failure)) from failure
    except acme.errors.TimeoutError as failure:
        raise Problem("names.acme_unreachable") from failure
    except messages.Error as failure:
        raise Problem(
            "names.rate_limited" if failure.typ == RATE else "names.acme_refused", reason=_reason(failure)
        ) from failure
    except (requests.RequestException, OSError) as failure:
        raise Problem("names.acme_unreachable") from failure
    except (acme.errors.Error, JoseError, ValueError, KeyError, AttributeError) as failure:
        raise Problem("names.acme_refused", reason=_reason(failure)) from failure


def _reason(failure: object) -> str:
    told = getattr(failure, "detail", None) or str(failure)
    return " ".join(str(told).split())[:LONGEST_REASON]
