"""The calls of the API as people read them, made from the OpenAPI document."""

from typing import NamedTuple

from api.rest.document import document


class Call(NamedTuple):
    """One address and method."""

    method: str
    path: str
    scope: str
    about: str


def calls_by_topic() -> dict[str, list[Call]]:
    """Return every call by its topic, in the order of the document."""
    found: dict[str, list[Call]] = {}
    for path, methods in document()["paths"].items():
        for method, operation in methods.items():
            about = operation.get("description") or operation["summary"]
            call = Call(
                method.upper(), path, operation["x-scope"], about.split("\n\n")[0].replace("\n", " ").replace("`", "")
            )
            found.setdefault(operation["tags"][0], []).append(call)
    return found
