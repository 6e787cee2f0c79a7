"""How layers are put into blocks by their names."""

from __future__ import annotations

from gradcam.backends.cascade import MOST, Weights, blocks


def named(*names: str) -> list[Weights]:
    """Layers of ten parameters each; those called norm or bn only scale."""
    return [Weights(name, 10, "bn" in name or "norm" in name) for name in names]


def test_blocks_are_the_outermost_parts_from_the_output_down() -> None:
    layers = named("stem.conv", "stem.bn", "layer1.a", "layer1.b", "layer2.a", "layer2.b", "fc")
    found = blocks(layers + named("out"), ".")
    assert [block.name for block in found] == ["out", "fc", "layer2", "layer1", "stem"]
    assert found[-1].layers == ("stem.conv", "stem.bn")
    assert found[-1].parameters == 20


def test_a_part_with_more_than_a_quarter_of_the_layers_is_taken_apart() -> None:
    """A VGG's "features" would be one step; 6 of 8 layers, so each of them is a block."""
    layers = named(*(f"features.{n}" for n in range(6)), "classifier.0", "classifier.3")
    found = [block.name for block in blocks(layers, ".")]
    assert found == ["classifier", *(f"features.{n}" for n in reversed(range(6)))]


def test_a_normalisation_goes_with_the_layer_before_it() -> None:
    found = blocks(named("conv1", "bn1", "conv2", "bn2", "conv3", "conv4", "fc"), ".")
    assert [block.name for block in found] == ["fc", "conv4", "conv3", "conv2", "conv1"]
    assert found[-1].layers == ("conv1", "bn1")


def test_names_of_keras_are_split_at_their_own_separators() -> None:
    names = ["conv1_conv", *(f"conv{s}_block1_{n}_conv" for s in (2, 3, 4) for n in (1, 2)), "top"]
    found = [block.name for block in blocks(named(*names), "/._")]
    assert found == ["top", "conv4", "conv3", "conv2", "conv1_conv"]


def test_what_everything_is_inside_of_is_no_block() -> None:
    found = blocks(named("net.a", "net.b", "net.c", "net.d", "net.e"), ".")
    assert [block.name for block in found] == ["net.e", "net.d", "net.c", "net.b", "net.a"]


def test_neighbours_are_joined_where_there_are_too_many() -> None:
    found = blocks(named(*(f"block{n}" for n in range(2 * MOST))), ".")
    assert len(found) == MOST
    assert found[0].name == "block30 – block31"
    assert found[-1].layers == ("block0", "block1")
    assert sum(block.parameters for block in found) == 20 * MOST


def test_a_network_without_weights_has_no_blocks() -> None:
    assert blocks([], ".") == ()
