"""An explanation as files: pictures to show, numbers to compute with, and how they were made.

look.py      how it is to be drawn
facts.py     what the manifest says
pictures.py  one map as PNGs that carry those facts
numbers.py   the maps as NPZ
files.py     both into a folder
single.py    one of those files by itself
zipped.py    many such folders as one ZIP
load.py      back to an explanation, believing nothing: opened.py finds the files, npz.py takes
             arrays out of them, schema.py holds the manifest against types
"""

from gradcam.drawing.render import Look, Scale
from gradcam.files.archive import archive
from gradcam.files.manifest import manifest
from gradcam.files.png import read_facts
from gradcam.files.read import load_explanation, read_manifest
from gradcam.files.write import MANIFEST, NUMBERS, manifest_json, map_name, npz, png, save

__all__ = [
    "MANIFEST",
    "NUMBERS",
    "Look",
    "Scale",
    "archive",
    "load_explanation",
    "manifest",
    "manifest_json",
    "map_name",
    "npz",
    "png",
    "read_facts",
    "read_manifest",
    "save",
]
