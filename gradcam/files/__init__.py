"""Saving explanations as files (pictures, numbers and a manifest) and loading them again."""

from gradcam.drawing.render import Look, Scale
from gradcam.files.archive import archive
from gradcam.files.manifest import manifest
from gradcam.files.png import read_facts
from gradcam.files.read import read_manifest
from gradcam.files.write import (
    MANIFEST,
    NUMBERS,
    manifest_bytes,
    map_name,
    npz_bytes,
    png_bytes,
    save,
)

__all__ = [
    "MANIFEST",
    "NUMBERS",
    "Look",
    "Scale",
    "archive",
    "manifest",
    "manifest_bytes",
    "map_name",
    "npz_bytes",
    "png_bytes",
    "read_facts",
    "read_manifest",
    "save",
]
