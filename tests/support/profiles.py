"""How much a property test tries: few examples in each run, many under `make flow`.

A quick run tries the same examples each time: nobody's change is refused for what another run would not have found.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, settings

T = TypeVar("T")
Test = TypeVar("Test", bound=Callable[..., Any])
QUICK, THOROUGH = "quick", "thorough"
SHARE = 6  # a quick run tries one in so many


def register() -> None:
    """Make both profiles known and choose the quick one; `--hypothesis-profile` chooses again."""
    # A busy machine is slow: no example has a deadline. Fixtures stay; each example rolls back what it wrote.
    common = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
    settings.register_profile(QUICK, common, max_examples=10, derandomize=True)
    settings.register_profile(THOROUGH, common, max_examples=200, derandomize=False)
    settings.load_profile(QUICK)


def is_thorough() -> bool:
    """Whether this run tries everything."""
    return settings.get_current_profile_name() == THOROUGH


def share_of(every: Sequence[T]) -> Sequence[T]:
    """Return all in a thorough run, one in so many otherwise: always the same ones."""
    return every if is_thorough() else every[::SHARE]


def examples(thorough: int) -> int:
    """Return how many examples to try, of so many in a thorough run."""
    return thorough if is_thorough() else max(3, thorough // (4 * SHARE))


def cases(names: str | tuple[str, ...], every: Sequence[Any], *, quick: int = 1) -> Callable[[Test], Test]:
    """Parametrize a test with the first cases, in a thorough run with all."""
    return _tried(names, every if is_thorough() else every[:quick])


def one_in(names: str | tuple[str, ...], every: Sequence[Any], *, among: int) -> Callable[[Test], Test]:
    """Parametrize a test with one case in so many, in a thorough run with all."""
    return _tried(names, every if is_thorough() else every[::among])


def _tried(names: str | tuple[str, ...], chosen: Sequence[Any]) -> Callable[[Test], Test]:
    def mark(test: Test) -> Test:
        tried = pytest.mark.parametrize(names, chosen)(test)
        marked: Test = pytest.mark.thorough(tried)
        return marked

    return mark
