"""Values in SOQL: whatever a customer calls themselves, it is found by it and nothing else is asked."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.salesforce import reading, soql
from sandbox.salesforce.soql import parse
from tests.support.profiles import examples

ODD = st.text(st.characters(codec="utf-8"), max_size=60) | st.text("'\\\"%_()\n\r\t\x00,= ORorAND", max_size=60)


@settings(max_examples=examples(400))
@given(ODD)
def test_a_value_is_one_literal_and_means_itself(value: str) -> None:
    """Read by the sandbox's own reader of SOQL: what stands after the literal is still ours."""
    asked = f"Name = {soql.quoted(value)} AND Email = 'x'"
    query = parse("SELECT Id FROM Contact WHERE " + asked + " LIMIT 3")  # noqa: S608  SOQL
    assert (query.fields, query.named, query.limit) == (["Id"], ["Name", "Email"], 3)
    assert query.test is not None
    row = {"Name": soql._CONTROL.sub("", value)[: soql.LONGEST], "Email": "x"}  # noqa: SLF001
    assert query.test(row.get)
    assert not query.test({**row, "Email": "y"}.get)


@settings(max_examples=examples(200))
@given(st.lists(ODD, min_size=1, max_size=5))
def test_several_values_are_a_list_of_as_many(values: list[str]) -> None:
    query = parse(reading.contacts(soql.one_of("Email", values)))
    assert query.named == ["Email", "LastModifiedDate"]


@pytest.mark.parametrize("name", ["", "Name OR Id", "Id'", "a.b", "Éen", "x" * 81, "1a"])
def test_only_names_of_fields_are_fields(name: str) -> None:
    with pytest.raises(ValueError, match="no name of a field"):
        soql.one_of(name, ["x"])


def test_a_number_is_looked_for_as_people_write_it() -> None:
    found = soql.spellings("+31612345601")
    assert {"+31612345601", "0612345601", "06 12345601", "06-12345601", "+31 6 12345601"} <= set(found)
    assert soql.spellings("geen") == []
