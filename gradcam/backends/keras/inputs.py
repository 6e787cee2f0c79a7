"""What a Keras model takes: its input's shape, and the preprocessing assumed if none is given."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

from gradcam import catalogue
from gradcam.backends.keras.compat import keras, sublayers
from gradcam.errors import ModelError
from gradcam.types import ModelSpec, Preprocessing


@dataclass(frozen=True)
class Input:
    """The one image a model takes.

    channels : 1 or 3.
    size : (height, width); None means any.
    """

    order: Literal["channels_last", "channels_first"]
    channels: int
    size: tuple[int | None, int | None]

    @property
    def preprocessing(self) -> Preprocessing:
        """The model's own size, or 224 pixels where it takes any; values in [0, 1]."""
        height, width = self.size[0] or 224, self.size[1] or 224
        channels: Literal["grey", "rgb"] = "grey" if self.channels == 1 else "rgb"
        return Preprocessing(
            resize=min(height, width),
            crop=(height, width),
            mean=(0, 0, 0),
            std=(1, 1, 1),
            channels=channels,
        )


def input_of(model: Any) -> Input:
    """The image a model takes.

    A subclassed model does not say, so that is what the first model inside it takes, or RGB of any
    size. Raises ModelError if the input is not one image.
    """
    shape = getattr(model, "input_shape", None) if model.built else None
    shape = shape or _shape_inside(model)
    if isinstance(shape, dict):
        shape = list(shape.values())
    if isinstance(shape, list):
        if len(shape) > 1:
            raise ModelError(
                f"The model has {len(shape)} inputs: {', '.join(str(tuple(s)) for s in shape)}.",
                hint="Wrap a keras.Model of one image that holds the other inputs fixed.",
            )
        (shape,) = shape
    if shape is None:
        order: Any = keras.config.image_data_format()
        return Input(order, 3, (None, None))
    if len(shape) == 4 and shape[3] in (1, 3):
        return Input("channels_last", shape[3], (shape[1], shape[2]))
    if len(shape) == 4 and shape[1] in (1, 3):
        return Input("channels_first", shape[1], (shape[2], shape[3]))
    raise ModelError(
        f"The model takes {tuple(shape)}, which is not an image.",
        hint="Its input should be (height, width, 3) or (height, width, 1).",
    )


def _shape_inside(model: Any) -> Any:
    """The input shape of the first model inside another, if that takes an image; else None."""
    inner = next((one for one in sublayers(model) if isinstance(one, keras.Model)), None)
    shape = getattr(inner, "input_shape", None) if inner is not None and inner.built else None
    is_image = isinstance(shape, tuple) and len(shape) == 4 and {shape[1], shape[3]} & {1, 3}
    return shape if is_image else None


def require_size(title: str, own: Input, asked: tuple[int, int]) -> None:
    """Raise ModelError if the model does not take images of this (height, width)."""
    if any(have not in (None, want) for have, want in zip(own.size, asked, strict=True)):
        raise ModelError(
            f"{title} takes {own.size[0]} × {own.size[1]} pixels, but the preprocessing gives "
            f"{asked[0]} × {asked[1]}.",
            hint="Set crop in Preprocessing to the model's own size.",
        )


def application(model: Any) -> ModelSpec | None:
    """The Keras application that the model is, or holds as its backbone, by its name; or None.

    Keras calls them "resnet50", "mobilenetv2_1.00_160", "efficientnetv2-b0".
    """
    known = {_plain(spec.id.removeprefix("keras/")): spec for spec in catalogue.keras_specs()}
    nested = [layer for layer in getattr(model, "layers", ()) if isinstance(layer, keras.Model)]
    for one in (model, *nested):
        fitting = [name for name in known if _plain(one.name).startswith(name)]
        if fitting:
            return known[max(fitting, key=len)]
    return None


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
