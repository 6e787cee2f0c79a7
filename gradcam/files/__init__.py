"""An explanation as files: pictures to show, numbers to compute with, and how they were made."""

from gradcam.drawing.render import Look, Scale
from gradcam.files.archive import archive
from gradcam.files.manifest import manifest
from gradcam.files.png import read_facts
from gradcam.files.read import load, read_manifest
from gradcam.files.write import MANIFEST, NUMBERS, manifest_json, map_name, npz, png, save

__all__ = [
    "MANIFEST",
    "NUMBERS",
    "Look",
    "Scale",
    "archive",
    "load",
    "manifest",
    "manifest_json",
    "map_name",
    "npz",
    "png",
    "read_facts",
    "read_manifest",
    "save",
]
