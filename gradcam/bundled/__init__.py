"""The models that work without a download: one file for each model's rows of the catalogue.

`efficientnet_lite0` recognises ImageNet's 1,000 classes and is what the dashboard begins with.
`photos` is a small network that anybody can read through and train. Nothing here imports a
framework: the networks are in `backends/torch/bundled` and `backends/keras/bundled`, and each
model's data, accuracy and limits in the card beside its file.
"""

from gradcam.bundled import efficientnet_lite0, photos
from gradcam.types import ModelSpec

SPECS: tuple[ModelSpec, ...] = (
    efficientnet_lite0.TORCH,
    efficientnet_lite0.KERAS,
    photos.PHOTOS,
    photos.PHOTOS_KERAS,
)
DEFAULT = efficientnet_lite0.TORCH.id
