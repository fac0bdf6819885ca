"""Pages in Brotli: any page comes out as it went in, and random bytes hide how long it is."""

from __future__ import annotations

import brotli
from hypothesis import given
from hypothesis import strategies as st

from webcare.lib.bundles import brotli_page


@given(page=st.binary(min_size=200, max_size=5000), random=st.binary(min_size=1, max_size=256))
def test_page_comes_out_as_it_went_in(page: bytes, random: bytes) -> None:
    sent = brotli_page(page, random)
    assert brotli.decompress(sent) == page
    assert len(sent) == len(brotli_page(page, b"0")) - 1 + len(random)
