"""What is kept is not looked through, and what is dropped still goes."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from components.engine import keep, tidy


class Model:
    """Refers to itself, as a traced network does."""

    def __init__(self) -> None:
        self.me = self


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    yield
    gc.unfreeze()


def test_what_is_kept_is_not_looked_through() -> None:
    before = len(gc.get_objects())
    keep()
    assert len(gc.get_objects()) < before / 10


def test_a_kept_model_that_was_dropped_goes_with_the_next_tidy() -> None:
    model = Model()
    seen = weakref.ref(model)
    keep()
    del model
    gc.collect()
    assert seen() is not None
    tidy()
    assert seen() is None
