"""The models that work without a download: one file for each model's rows of the catalogue.

`efficientnet_lite0` recognises ImageNet's 1,000 classes and is what the dashboard begins with.
`photos` is a small network that anybody can read through and train, and `cheat` a copy of it that
goes by a signature, for teaching. Nothing here imports a framework: the networks are in
`backends/torch/bundled` and `backends/keras/bundled`, and each model's data, accuracy and limits in
the card beside its file.
"""

from gradcam.bundled import cheat, efficientnet_lite0, photos
from gradcam.types import ModelSpec

SPECS: tuple[ModelSpec, ...] = (
    efficientnet_lite0.TORCH,
    efficientnet_lite0.KERAS,
    photos.PHOTOS,
    photos.PHOTOS_KERAS,
    cheat.CHEAT,
    cheat.CHEAT_KERAS,
)
DEFAULT = efficientnet_lite0.TORCH.id
