"""`python -m gradcam`: the catalogue, a model's layers, and maps for files and folders."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from tqdm import tqdm

import gradcam
from gradcam.backends import Classifier
from gradcam.errors import GradcamError
from gradcam.models import is_downloaded
from gradcam.types import FITS

_SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff"}
_SOME_FAILED = 1
_NOTHING_DONE = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 all well, 1 some images failed, 2 nothing could be done."""
    options = _parser().parse_args(arguments)
    try:
        status: int = options.run(options)
    except GradcamError as error:
        print(error, file=sys.stderr)
        return _NOTHING_DONE
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m gradcam", description=gradcam.__doc__)
    commands = parser.add_subparsers(required=True)
    models = commands.add_parser("models", help="list the catalogue")
    models.set_defaults(run=_models)
    layers = commands.add_parser("layers", help="list a model's layers")
    _add_model(layers, "model")
    layers.set_defaults(run=_layers)
    explain = commands.add_parser("explain", help="write maps for images and folders of images")
    explain.add_argument("images", nargs="+", type=Path)
    _add_model(explain, "--model", default="bundled/photos")
    explain.add_argument("--layer", action="append", help="may be given several times")
    explain.add_argument("--method", default="gradcam", choices=sorted(gradcam.METHODS))
    explain.add_argument("--classes", nargs="+", type=_class, help="indices or labels")
    explain.add_argument("--top-k", type=int, default=5)
    explain.add_argument("--fit", default="crop", choices=FITS)
    explain.add_argument("--colormap", default="turbo")
    explain.add_argument("--out", type=Path, default=Path("out"))
    explain.set_defaults(run=_explain)
    return parser


def _add_model(parser: argparse.ArgumentParser, name: str, **options: str) -> None:
    parser.add_argument(name, help="an id of `models`, or a file of weights", **options)  # type: ignore[arg-type]
    parser.add_argument("--architecture", help="for a file: the torchvision classifier it fits")


def _models(_options: argparse.Namespace) -> int:
    for spec in gradcam.list_models():
        accuracy = f"{spec.top1:5.1f} %" if spec.top1 is not None else " " * 7
        mark = "here" if is_downloaded(spec) else f"{spec.download_bytes / 1e6:.0f} MB"
        print(f"{spec.id:38} {spec.parameters / 1e6:7.1f} M  {accuracy}  {mark}")
    return 0


def _layers(options: argparse.Namespace) -> int:
    for layer in _load(options).layers():
        mark = "recommended" if layer.recommended else "stage" if layer.stage else ""
        print(f"{layer.name:48} {'×'.join(map(str, layer.shape)):>14}  {layer.kind:20} {mark}")
    return 0


def _explain(options: argparse.Namespace) -> int:
    files = list(_files(options.images))
    clf = _load(options)
    failures = []
    for file, name in tqdm(files, unit="image", disable=not sys.stderr.isatty()):
        try:
            result = gradcam.explain(
                clf,
                file,
                options.layer,
                options.method,
                options.classes,
                options.top_k,
                options.fit,
            )
            result.save(options.out / name, colormap=options.colormap)
        except gradcam.ImageError as error:
            failures.append(f"{file}: {error}")
    for failure in failures:
        print(failure, file=sys.stderr)
    print(f"{len(files) - len(failures)} of {len(files)} images explained into {options.out}.")
    if len(failures) == len(files):
        return _NOTHING_DONE
    return _SOME_FAILED if failures else 0


def _load(options: argparse.Namespace) -> Classifier:
    if options.architecture:
        return gradcam.load_model(options.model, architecture=options.architecture)
    spec = next((s for s in gradcam.list_models() if s.id == options.model), None)
    if spec is None or is_downloaded(spec):
        return gradcam.load_model(options.model)
    with tqdm(total=spec.download_bytes, unit="B", unit_scale=True, desc=spec.filename) as bar:
        return gradcam.load_model(options.model, progress=lambda done, _all: _move(bar, done))


def _move(bar: Any, done: int) -> None:
    bar.n = done
    bar.refresh()


def _files(paths: Iterable[Path]) -> Iterable[tuple[Path, Path]]:
    """Each file, and where in the output it goes: as deep as it lay in the folder named."""
    for path in paths:
        if path.is_dir():
            inside = sorted(p for p in path.rglob("*") if p.suffix.lower() in _SUFFIXES)
            yield from ((file, file.relative_to(path)) for file in inside)
        else:
            yield path, Path(path.name)


def _class(text: str) -> int | str:
    return int(text) if text.isdecimal() else text
