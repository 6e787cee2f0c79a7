"""`gradcam models`: the catalogue."""

from __future__ import annotations

import argparse
import dataclasses
import json

from gradcam.models import is_downloaded, list_models


def run(options: argparse.Namespace) -> int:
    """Print every model, one a line: id, size, accuracy, and whether it is here."""
    if options.json:
        rows = [dataclasses.asdict(s) | {"downloaded": is_downloaded(s)} for s in list_models()]
        print(json.dumps(rows, indent=1))
        return 0
    for spec in list_models():
        accuracy = f"{spec.top1:5.1f} %" if spec.top1 is not None else " " * 7
        mark = "here" if is_downloaded(spec) else f"{spec.download_bytes / 1e6:.0f} MB"
        print(f"{spec.id:38} {spec.parameters / 1e6:7.1f} M  {accuracy}  {mark}")
    return 0
