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

from gradcam.export.facts import manifest
from gradcam.export.files import MANIFEST, NUMBERS, save
from gradcam.export.load import load_explanation
from gradcam.export.look import Look, Scale
from gradcam.export.opened import read_manifest
from gradcam.export.pictures import read_facts
from gradcam.export.single import manifest_json, map_name, npz, png
from gradcam.export.zipped import archive

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
