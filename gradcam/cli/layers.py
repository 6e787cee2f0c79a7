"""`gradcam layers MODEL`: what can be explained."""

from __future__ import annotations

import argparse
import dataclasses
import json

from gradcam.cli.load import load


def run(options: argparse.Namespace) -> int:
    """Print every layer, input to output, one a line: name, C×h×w, kind, mark."""
    layers = load(options).layers()
    if options.json:
        print(json.dumps([dataclasses.asdict(layer) for layer in layers], indent=1))
        return 0
    for layer in layers:
        mark = "recommended" if layer.recommended else "stage" if layer.stage else ""
        print(f"{layer.name:48} {'×'.join(map(str, layer.shape)):>14}  {layer.kind:20} {mark}")
    return 0
