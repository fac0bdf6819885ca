"""Which days of a period are unusual. Pure.

Median and median absolute deviation, as spikes are found (inbox/spikes/baseline.py): one odd day moves neither.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from statistics import median

LEAST = 5  # posts of a day that can be a peak
LEAST_DAYS = 7  # below it nothing is usual yet
SPREADS = 3
_OF_NORMAL = 1.4826  # makes a deviation of the median comparable to a standard deviation


def peaks_in(counts: Sequence[int]) -> list[int]:
    """Return the places of the days that stand out, in their order."""
    if len(counts) < LEAST_DAYS:
        return []
    usual = median(counts)
    # Few posts vary more than their days tell, so chance has a share in the spread.
    spread = max(_OF_NORMAL * median(abs(count - usual) for count in counts), sqrt(usual), 1)
    limit = max(LEAST, usual + SPREADS * spread)
    return [place for place, count in enumerate(counts) if count >= limit]
