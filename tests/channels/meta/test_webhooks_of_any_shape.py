"""Whatever stands in a webhook body: reading never fails, and every item leaves a trace."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.platforms import connector_class
from channels.types import NotUnderstood
from tests.support.json_paths import places, put
from tests.support.meta import PAYLOADS, payload
from tests.support.profiles import examples

NAMES = sorted(
    str(path.relative_to(PAYLOADS).with_suffix(""))
    for platform in ("facebook", "instagram", "whatsapp")
    for path in (PAYLOADS / platform).glob("*.json")
)
SCALARS = st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.text(max_size=8) | st.floats(allow_nan=False)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def count_items(body: dict[str, Any]) -> int:
    """Return how many things of a body must each leave at least one event."""
    entries = body.get("entry")
    if not isinstance(entries, list):
        return 1
    return len(entries)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=examples(25))
@given(data=st.data())
def test_a_body_with_anything_anywhere_is_read_without_failing(name: str, data: st.DataObject) -> None:
    body = payload(name)
    kind = connector_class(name.split("/")[0])
    place = data.draw(st.sampled_from(places(body)))
    changed = put(body, place, data.draw(ANYTHING | st.just(...)))
    events = list(kind.parse_webhook(changed))
    assert len(events) >= count_items(changed)
    for platform, account, event in events:
        assert platform == kind.platform and isinstance(account, str)
        if isinstance(event, NotUnderstood):
            json.dumps(event.body)


@settings(max_examples=examples(50))
@given(body=st.dictionaries(st.sampled_from(["object", "entry", "x"]), ANYTHING))
def test_a_body_that_is_something_else_is_kept_as_not_understood(body: dict[str, Any]) -> None:
    for platform in ("facebook", "instagram", "whatsapp"):
        events = list(connector_class(platform).parse_webhook(body))
        assert len(events) >= count_items(body)
        assert all(isinstance(event, NotUnderstood) for _, _, event in events)
