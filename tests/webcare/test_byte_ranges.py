"""Parts of a file: whatever is asked, what is answered lies in the file and is what was asked for."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webcare.lib.byte_ranges import OutsideFile, requested_range

NUMBERS = st.integers(0, 10**25)


@given(size=st.integers(0, 10**12), header=st.text("bytes=-, 0123456789\t٣x", max_size=60))
def test_whatever_is_asked_a_part_lies_within_the_file(size: int, header: str) -> None:
    with contextlib.suppress(OutsideFile):
        part = requested_range(header, size)
        assert part is None or 0 <= part[0] <= part[1] < size


@given(size=st.integers(1, 200), begin=st.integers(0, 250), length=st.integers(1, 250))
def test_a_part_is_the_bytes_a_slice_would_give(size: int, begin: int, length: int) -> None:
    header, body = f"bytes={begin}-{begin + length - 1}", bytes(size)[begin : begin + length]
    if not body:
        with pytest.raises(OutsideFile):
            requested_range(header, size)
        return
    assert requested_range(header, size) == (begin, begin + len(body) - 1)


@given(size=st.integers(1, 200), last=st.integers(1, 250))
def test_the_last_bytes_are_those_of_a_slice(size: int, last: int) -> None:
    assert requested_range(f"bytes=-{last}", size) == (max(size - last, 0), size - 1)


@given(parts=st.lists(st.tuples(NUMBERS, NUMBERS), min_size=2, max_size=5), size=st.integers(0, 10**9))
def test_several_parts_are_answered_whole(parts: list[tuple[int, int]], size: int) -> None:
    assert requested_range("bytes=" + ",".join(f"{a}-{b}" for a, b in parts), size) is None


@given(size=st.integers(1, 10**9), begin=NUMBERS, end=NUMBERS)
def test_a_part_that_ends_before_it_begins_is_none(size: int, begin: int, end: int) -> None:
    if len(str(begin)) <= 18 and end < begin:
        assert requested_range(f"bytes={begin}-{end}", size) is None
