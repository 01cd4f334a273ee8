"""What /api/v1 serves, said in OpenAPI 3.1. No Flask. Held against the routes by `tests/directory/test_open_api.py`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kit import __version__
from kit.directory.open_data import MOST_PER_PAGE
from kit.directory.rules import FIELDS
from kit.errors.kind import fr

Schema = dict[str, object]
DAY_OR_MOMENT: Schema = {"type": "string", "anyOf": [{"format": "date"}, {"format": "date-time"}]}
CURSOR: Schema = {"type": "string", "pattern": "^[0-9]{1,15}\\.[a-z2-7]{25}[aeimquy4]$"}
PAGE_NUMBER: Schema = {"type": "integer", "minimum": 1, "maximum": 100_000}
FILES: Mapping[str, tuple[str, str, str, str]] = {
    "/api/v1/lieux.csv": ("lieux_csv", fr("Les lieux, en CSV du standard national v1.0.2"), "text/csv", ""),
    "/api/v1/lieux.json": (
        "lieux_json",
        fr("Les lieux, en JSON du standard national v1.0.2"),
        "application/json",
        "Lieu",
    ),
    "/api/v1/data-inclusion/structures.json": (
        "structures",
        fr("Les lieux, en structures de data·inclusion v1"),
        "application/json",
        "Structure",
    ),
    "/api/v1/data-inclusion/services.json": (
        "services",
        fr("Ce que les lieux proposent, en services de data·inclusion v1"),
        "application/json",
        "Service",
    ),
}


def describe(server_url: str) -> Schema:
    """The whole document, for a central that answers at `server_url`."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": fr("La Valise nomade : données ouvertes"),
            "version": __version__,
            "description": fr(
                "L’annuaire public d’une centrale. Sans jeton, lisible depuis tout site ; chiffres "
                "et comptes rendus avec un jeton de la coordination. Rien sur des personnes. Au plus "
                "120 demandes par minute et par adresse ; au-delà, Retry-After dit quand revenir."
            ),
            "license": {"name": "Licence Ouverte 2.0", "identifier": "etalab-2.0"},
        },
        "servers": [{"url": server_url}],
        "paths": {
            **{path: _file(*about) for path, about in FILES.items()},
            **_changes(),
            **_lists(),
            **_closed(),
            **_itself(),
        },
        "components": {"schemas": _schemas(), "responses": _refusals(), "securitySchemes": _proofs()},
    }


def _file(name: str, summary: str, media: str, item: str) -> Schema:
    shape = {"type": "array", "items": {"$ref": f"#/components/schemas/{item}"}} if item else {"type": "string"}
    found = {
        "description": summary,
        "headers": {"ETag": {"schema": {"type": "string"}}},
        "content": {media: {"schema": shape}},
    }
    unchanged = {"description": fr("Rien n’a changé depuis la copie dont l’ETag est donné dans If-None-Match")}
    answers = {"200": found, "304": unchanged, "429": _ref("TropDeDemandes")}
    return {"get": {"operationId": name, "summary": summary, "responses": answers}}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/responses/{name}"}


def _changes() -> Schema:
    asked = (
        ("filter[modification][depuis]", fr("Ce qui a changé depuis ce jour ou ce moment, compris"), DAY_OR_MOMENT),
        ("page[cursor]", fr("La suite, donnée par links.next"), CURSOR),
        ("page[size]", fr("Combien par page"), {"type": "integer", "minimum": 1, "maximum": MOST_PER_PAGE}),
    )
    parameters = [{"name": name, "in": "query", "description": words, "schema": one} for name, words, one in asked]
    page = {"application/vnd.api+json": {"schema": {"$ref": "#/components/schemas/Page"}}}
    found = {"description": fr("Une page de lieux"), "content": page}
    answers = {"200": found, "400": _ref("Refus"), "429": _ref("TropDeDemandes")}
    summary = fr("Les lieux dans l’ordre où ils ont changé, avec ceux qui sont retirés")
    return {
        "/api/v1/lieux": {
            "get": {"operationId": "lieux", "summary": summary, "parameters": parameters, "responses": answers}
        }
    }


def _lists() -> Schema:
    """The calendar and the catalogue, without a token."""
    page: Schema = {"name": "page", "in": "query", "description": fr("Quelle page, depuis 1"), "schema": PAGE_NUMBER}
    return {
        "/api/v1/calendrier": _list("calendrier", fr("Les haltes et les ateliers à venir"), "Calendrier", []),
        "/api/v1/catalogue": _list("catalogue", fr("Les œuvres de la bibliothèque, par titre"), "Catalogue", [page]),
    }


def _list(name: str, summary: str, shape: str, parameters: list[Schema]) -> Schema:
    about = _file(name, summary, "application/json", "")
    told: Schema = {"application/json": {"schema": {"$ref": f"#/components/schemas/{shape}"}}}
    found = {"description": summary, "headers": {"ETag": {"schema": {"type": "string"}}}, "content": told}
    answers = {**about["get"]["responses"], "200": found, **({"400": _ref("Refus")} if parameters else {})}  # type: ignore[index]
    return {"get": {"operationId": name, "summary": summary, "parameters": parameters, "responses": answers}}


def _closed() -> Schema:
    """What a token of the coordination opens, by its scope."""
    day: Schema = {"type": "string", "format": "date"}
    levels: Schema = {"type": "string", "enum": ["commune", "epci", "department", "stop", "tour", "kit", "month"]}
    period = [("du", fr("Du"), day), ("au", fr("Au, compris"), day)]
    tag: Schema = {"type": "string", "maxLength": 120}
    figures = [
        ("niveau", fr("Une ligne pour chaque"), levels),
        *period,
        ("etiquette", fr("Financeur ou étiquette"), tag),
    ]
    return {
        "/api/v1/chiffres": _for_token(
            "chiffres",
            fr("Les chiffres par territoire, et ce qu’ils ne disent pas"),
            figures,
            "application/json",
            "Chiffres",
        ),
        "/api/v1/comptes-rendus": _for_token(
            "comptes-rendus",
            fr("Les comptes rendus, dans la forme de La Coop"),
            period,
            "application/vnd.api+json",
            "Activites",
        ),
    }


def _for_token(scope: str, summary: str, asked: Sequence[tuple[str, str, Schema]], media: str, shape: str) -> Schema:
    told = fr("%(summary)s (jeton, portée « %(scope)s »)") % {"summary": summary, "scope": scope}
    parameters = [{"name": name, "in": "query", "description": words, "schema": one} for name, words, one in asked]
    found = {"description": summary, "content": {media: {"schema": {"$ref": f"#/components/schemas/{shape}"}}}}
    answers = {
        "200": found,
        "400": _ref("Refus"),
        "401": _ref("SansJeton"),
        "403": _ref("SansPortee"),
        "429": _ref("TropDeDemandes"),
    }
    return {
        "get": {
            "operationId": scope, "summary": told, "parameters": parameters,
            "responses": answers, "security": [{"jeton": []}],
        }
    }  # fmt: skip


def _proofs() -> Schema:
    return {"jeton": {"type": "http", "scheme": "bearer", "description": fr("Fait sur la page Équipe de la centrale")}}


def _itself() -> Schema:
    shown = {"description": "OpenAPI 3.1", "content": {"application/json": {"schema": {"type": "object"}}}}
    answers = {"200": shown, "429": _ref("TropDeDemandes")}
    return {
        "/api/v1/openapi.json": {"get": {"operationId": "openapi", "summary": fr("Ce document"), "responses": answers}}
    }


def _refusals() -> Schema:
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Refus"}}}
    return {
        "Refus": {"description": fr("Ce qui est demandé ne se comprend pas"), "content": content},
        "SansJeton": {"description": fr("Il faut un jeton"), "content": content},
        "SansPortee": {"description": fr("Ce jeton ne permet pas de lire cela"), "content": content},
        "TropDeDemandes": {
            "description": fr("Trop de demandes en une minute"),
            "content": content,
            "headers": {"Retry-After": {"schema": {"type": "integer"}, "description": fr("Secondes à attendre")}},
        },
    }


def _object(needed: list[str], **properties: Schema) -> Schema:
    return {"type": "object", "required": needed, "properties": properties}


def _schemas() -> Schema:
    text: Schema = {"type": "string"}
    moment: Schema = {"type": "string", "format": "date-time"}
    number: Schema = {"type": "number"}
    place: dict[str, Schema] = {name: number if name in ("latitude", "longitude") else text for name in FIELDS}
    said: dict[str, Schema] = {name: text for name in FIELDS}
    dates: dict[str, Schema] = {"modification": moment, "suppression": {"anyOf": [moment, {"type": "null"}]}}
    resource = _object(
        ["type", "id", "attributes"],
        type={"const": "lieux"}, id=text,
        attributes=_object(["id", "modification", "suppression"], **{**said, **dates}),
    )  # fmt: skip
    links = _object(["next"], next={"type": ["string", "null"]})
    return {
        "Lieu": _object(["id", "nom", "commune", "adresse"], **place),
        "Structure": _object(["id", "source", "nom"]),
        "Service": _object(["id", "source", "structure_id", "nom"]),
        "Page": _object(
            ["data", "links", "meta"],
            data={"type": "array", "items": resource}, links=links, meta=_object(["version"], version=text),
        ),
        "Chiffres": _object(
            ["niveau", "lignes", "manque", "compte_le"],
            niveau=text, lignes={"type": "array", "items": {"type": "object"}},
            manque={"type": "array", "items": text}, compte_le=moment,
        ),
        "Calendrier": _object(
            ["haltes", "ateliers"],
            haltes={"type": "array", "items": _object(["id", "nom", "debut", "fin"], debut=moment, fin=moment)},
            ateliers={"type": "array", "items": _object(["id", "titre", "debut", "fin"], debut=moment, fin=moment)},
        ),
        "Catalogue": _object(
            ["total", "oeuvres", "suivante"],
            total={"type": "integer"}, suivante={"type": ["string", "null"]},
            oeuvres={"type": "array", "items": _object(["id", "titre", "licence", "adresse"])},
        ),
        "Activites": _object(["data"], data={"type": "array", "items": {"type": "object"}}),
        "Refus": _object(["error"], error=_object(["code", "message"], code=text, message=text)),
    }  # fmt: skip
