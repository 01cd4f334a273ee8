"""What the administrator says of the names: domain, authority, contact, and how the DNS zone is written.

The zone's secret and the key of our account at the authority are wrapped by this node's own key, as second factors are:
a copy of the database alone gives none of them. Neither is ever shown or logged.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

import msgspec

from kit.central.names import queries
from kit.central.names.rules import DOMAIN, KEY_NAME, SERVER
from kit.journal import queries as journal_queries
from kit.keys import certificates, primitives
from kit.people import audit
from kit.people.actions import Staff
from kit.people.node import Node
from kit.web.fields import Fields

STATE = "names.terms"
DIRECTORY = "https://acme-v02.api.letsencrypt.org/directory"
ALGORITHMS = ("hmac-sha256", "hmac-sha384", "hmac-sha512")
WAIT_SECONDS, MOST_WAIT = 10, 600
_PURPOSE = b"valise-names-1"


class Terms(msgspec.Struct, frozen=True):
    """What is set. `secret` and `account_key` are wrapped; `account_url` is ours at the authority of `directory`."""

    domain: str
    directory: str = DIRECTORY
    contact: str = ""
    server: str = ""
    key_name: str = ""
    algorithm: str = ALGORITHMS[0]
    secret: bytes = b""
    wait_seconds: int = WAIT_SECONDS
    account_key: bytes = b""
    account_url: str = ""


def find(node: Node) -> Terms | None:
    """What is set, or None where no names are given."""
    raw = journal_queries.get_state(node.store, STATE)
    return msgspec.msgpack.decode(raw, type=Terms) if raw else None


def save(node: Node, terms: Terms) -> None:
    """Keep it. Only inside `write()`."""
    journal_queries.set_state(node.store, STATE, msgspec.msgpack.encode(terms))


def read(node: Node, values: Mapping[str, str]) -> Terms:
    """The form. A secret left empty is the one that is kept. Raises FieldProblems."""
    before, fields = find(node), Fields(values)
    domain = fields.text("domaine", 180, required=True).lower().strip(".")
    if domain and not DOMAIN.fullmatch(domain):
        fields.refuse("domaine", "names.bad_domain")
    directory = fields.text("annuaire", 300) or DIRECTORY
    if urlsplit(directory).scheme != "https":
        fields.refuse("annuaire", "central.bad_address")
    contact = fields.text("contact", 120)
    if contact and ("@" not in contact or " " in contact):
        fields.refuse("contact", "names.bad_contact")
    server = fields.text("serveur", 260, required=True)
    if server and not SERVER.fullmatch(server):
        fields.refuse("serveur", "names.bad_server")
    key_name = fields.text("cle", 250, required=True).lower()
    if key_name and not KEY_NAME.fullmatch(key_name):
        fields.refuse("cle", "names.bad_key_name")
    algorithm = fields.choice("algorithme", ALGORITHMS)
    wait = fields.number("attente", 0, MOST_WAIT, default=WAIT_SECONDS)
    secret = _read_secret(node, fields, before)
    if before is None and values.get("conditions") != "1":
        fields.refuse("conditions", "names.not_agreed")
    fields.check()
    account = (before.account_key, before.account_url) if before and before.directory == directory else (b"", "")
    return Terms(domain, directory, contact, server, key_name, algorithm, secret, wait, *account)


def _read_secret(node: Node, fields: Fields, before: Terms | None) -> bytes:
    text = fields.text("secret", 200, required=before is None)
    if not text:
        return before.secret if before is not None else b""
    if not certificates.is_base64(text):
        fields.refuse("secret", "names.bad_secret")
    fields.values = {name: value for name, value in fields.values.items() if name != "secret"}  # not shown again
    return wrap(node, text.encode())


def change(node: Node, by: Staff | None, terms: Terms) -> None:
    """From now on names are given so; what failed before is tried again."""
    with node.store.write():
        save(node, terms)
        queries.try_all_again(node.store)
        audit.note(node, by, "https.set")


def stop(node: Node, by: Staff | None) -> None:
    """Give no names any more. Certificates end by themselves; kits shut their port at their next visit."""
    with node.store.write():
        journal_queries.forget_state(node.store, STATE)
        audit.note(node, by, "https.stopped")


def wrap(node: Node, secret: bytes) -> bytes:
    """A secret as it is kept."""
    return primitives.wrap(_key(node), secret, _PURPOSE)


def unwrap(node: Node, wrapped: bytes) -> bytes:
    """The secret again. Raises Problem `keys.cannot_open`."""
    return primitives.unwrap(_key(node), wrapped, _PURPOSE)


def _key(node: Node) -> bytes:
    return primitives.mac(node.identity.web_secret, b"https names")
