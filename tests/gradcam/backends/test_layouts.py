"""Which reading of an output follows the photo."""

from __future__ import annotations

import numpy as np
import pytest

import gradcam
from gradcam.backends.layouts import Layout, Layouts, agreement, differences, given, probes


def shrunk(cells: int) -> np.ndarray:
    """The four probes at so many cells a side, (4, 3, cells, cells), as a network's maps."""
    photos = np.stack(probes(8 * cells, 8 * cells)).astype(np.float32)
    means = photos.reshape(4, cells, 8, cells, 8, 3).mean((2, 4))
    return means.transpose(0, 3, 1, 2)


def found(output: np.ndarray, side: int = 64) -> Layout | None:
    return Layouts(side, side).find(output.shape, lambda one: differences(one.maps(output)))


def test_the_halves_are_where_they_should_be() -> None:
    """Photos A = 0 and B = 2; the third is 2 on the left, the fourth 2 above."""
    A, B = np.zeros((1, 2, 2)), np.full((1, 2, 2), 2.0)
    left, upper = np.array([[[2.0, 0], [2, 0]]]), np.array([[[2.0, 2], [0, 0]]])
    maps = np.stack([A, B, left, upper])
    assert agreement(*differences(maps)) == 1
    assert agreement(*differences(maps[..., ::-1])) == -1
    assert agreement(*differences(maps.swapaxes(2, 3))) == 0
    assert agreement(*differences(np.repeat(maps[:1], 4, 0))) == -1


@pytest.mark.parametrize(
    ("arrange", "expected"),
    [
        (lambda maps: maps, Layout("nchw", (3, 8, 8))),
        (lambda maps: maps.transpose(0, 2, 3, 1), Layout("nhwc", (3, 8, 8))),
        (lambda maps: tokens(maps), Layout("tokens", (3, 8, 8))),
        (lambda maps: with_prefix(tokens(maps), 1), Layout("tokens", (3, 8, 8), 1)),
        (lambda maps: with_prefix(tokens(maps), 5), Layout("tokens", (3, 8, 8), 5)),
        (lambda maps: tokens(maps).swapaxes(0, 1), Layout("tokens_first", (3, 8, 8))),
    ],
)
def test_the_order_is_found(arrange, expected: Layout) -> None:
    output = arrange(shrunk(8))
    assert found(output) == expected
    np.testing.assert_array_equal(expected.maps(output), shrunk(8))


def tokens(maps: np.ndarray) -> np.ndarray:
    return maps.reshape(4, 3, -1).swapaxes(1, 2)


def units_last(patches: np.ndarray) -> np.ndarray:
    """First the first tokens of all 2 × 2 units, then their second ones, and so on."""
    units = patches.reshape(4, 4, 2, 4, 2, 3)
    return units.transpose(0, 2, 4, 1, 3, 5).reshape(4, 64, 3)


def with_prefix(patches: np.ndarray, count: int) -> np.ndarray:
    return np.concatenate([patches.mean(1, keepdims=True)] * count + [patches], 1)


def test_a_cube_is_read_the_right_way_round() -> None:
    """Eight channels of 8 × 8: the shape alone does not tell which axis is which."""
    maps = np.concatenate([shrunk(8)] * 3, 1)[:, :8]
    assert found(maps) == Layout("nchw", (8, 8, 8))
    assert found(maps.transpose(0, 2, 3, 1)) == Layout("nhwc", (8, 8, 8))


@pytest.mark.parametrize(
    "arrange",
    [
        lambda maps: np.repeat(maps[:1], 4, 0),  # a table of position biases
        lambda maps: tokens(maps)[:, np.random.default_rng(0).permutation(64)],
        lambda maps: (
            tokens(maps).reshape(4, 4, 2, 4, 2, 3).swapaxes(2, 3).reshape(4, 64, 3)[:, ::-1]
        ),
        lambda maps: np.einsum("ntc,nuc->ntu", tokens(maps), tokens(maps))[:, None],  # attention
        lambda maps: maps[:, :, ::-1],
        lambda maps: np.full_like(maps, np.nan),
    ],
)
def test_what_does_not_follow_the_photo_is_no_map(arrange) -> None:
    assert found(arrange(shrunk(8))) is None


def test_a_given_reshape_becomes_an_index() -> None:
    """Tokens in columns: position 1 is the cell below the first."""
    maps = shrunk(4)
    columns = maps.swapaxes(2, 3).reshape(4, 3, 16)
    indices = np.arange(48).reshape(1, 3, 16)
    layout = given(lambda t: t.reshape(-1, 3, 4, 4).swapaxes(2, 3), "x", columns.shape, indices)
    np.testing.assert_array_equal(layout.maps(columns), maps)
    assert layout.shape == (3, 4, 4)


def test_a_given_grid_takes_the_last_tokens() -> None:
    assert given((2, 3), "x", (4, 8, 5), None) == Layout("tokens", (5, 2, 3), 2)
    with pytest.raises(gradcam.LayerError, match="no sequence of 3 × 3 tokens"):
        given((3, 3), "x", (4, 8, 5), None)


@pytest.mark.parametrize(
    "reshape",
    [
        lambda t: t.reshape(-1, 3, 4, 4) * 2,
        lambda t: t.reshape(-1, 12, 4),
        lambda t: np.concatenate([t, t], 1).reshape(-1, 6, 4, 4),
        lambda t: t.reshape(-1, 3, 4, 4) + 0.5,
    ],
)
def test_a_reshape_may_only_move_values(reshape) -> None:
    with pytest.raises(gradcam.LayerError, match="only pick and move"):
        given(reshape, "x", (4, 3, 16), np.arange(48).reshape(1, 3, 16))


def test_a_class_token_may_stand_last() -> None:
    """Read from the second token on, the map would lie one cell off, and agree quite well."""
    output = np.concatenate([tokens(shrunk(8)), tokens(shrunk(8)).mean(1, keepdims=True)], 1)
    assert found(output) == Layout("tokens", (3, 8, 8), 0, 1)
    np.testing.assert_array_equal(found(output).maps(output), shrunk(8))


def test_windows_in_the_batch_are_no_photos() -> None:
    windows = np.concatenate([shrunk(8)] * 4)
    assert found(windows) is None


def test_few_tokens_have_to_agree_better() -> None:
    """Rows that lean to the left and up a little: among so many readings, that is chance."""
    leaning = tokens(shrunk(4)) + 15 * np.random.default_rng(1).standard_normal((4, 16, 3))
    layout = Layout("tokens", (3, 4, 4))
    assert 0.4 < agreement(*differences(layout.maps(leaning))) < 0.7
    assert found(leaning) is None
    assert found(tokens(shrunk(4))) == layout


def test_a_class_token_may_stand_in_the_middle() -> None:
    """Read with the class token first, the upper half of the map would lie one cell off."""
    patches = tokens(shrunk(8))
    output = np.concatenate([patches[:, :32], patches.mean(1, keepdims=True), patches[:, 32:]], 1)
    np.testing.assert_array_equal(found(output).maps(output), shrunk(8))
