"""The arguments of every command. A command's own module is imported only when it runs."""

from __future__ import annotations

import argparse
from pathlib import Path
from pkgutil import resolve_name

import gradcam
from gradcam.batches import cores
from gradcam.bundled import DEFAULT
from gradcam.drawing.render import COLORMAPS, DEFAULT_COLORMAP, Look
from gradcam.errors import MethodError
from gradcam.evaluation.asking import OF
from gradcam.labels import is_index
from gradcam.methods import find_method, method_key
from gradcam.metrics import METRICS
from gradcam.metrics.curves import COARSE
from gradcam.ranges import RANGES
from gradcam.request import Request
from gradcam.types import FITS, FUSIONS, SIGNS

# The function behind each command, as module:function.
COMMANDS = {
    "models": "gradcam.cli.models:models",
    "layers": "gradcam.cli.models:layers",
    "explain": "gradcam.cli.explain:explain",
    "report": "gradcam.cli.report:report",
    "evaluate": "gradcam.cli.evaluate:evaluate",
    "find": "gradcam.cli.find:run",
    "prefetch": "gradcam.cli.models:prefetch",
}
SCALES = ("each", "shared")


def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands; `options.run(options)` runs the one that was given."""
    parser = argparse.ArgumentParser(
        prog="gradcam", description="Where does an image classifier look?"
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    models = _add_command(commands, "models", "list the catalogue")
    models.add_argument(
        "models",
        nargs="*",
        metavar="MODEL",
        help="only this id or quoted pattern, as 'timm/resnet*'",
    )

    layers = _add_command(commands, "layers", "list a model's layers")
    _add_model(layers, "model", metavar="MODEL")

    explain = _add_command(commands, "explain", "write maps for images and folders of images")
    _add_request(explain)
    explain.add_argument("--out", type=Path, default=Path("out"), help="default: out")
    explain.add_argument(
        "--overwrite", action="store_true", help="redo images that are already done"
    )
    explain.add_argument(
        "--only-raw", action="store_true", help="write only raw maps: nothing at the photo's size"
    )

    add_spread(explain)

    report = _add_command(commands, "report", "write one report on images and folders of images")
    _add_request(report)
    report.add_argument("--title", default="Where the model looks")
    report.add_argument("--notes", default="", help="a few sentences to include")
    report.add_argument(
        "--out", type=Path, default=Path("report.html"), help=".html, .pdf or .pptx"
    )

    evaluate = _add_command(
        commands, "evaluate", "score methods and layers over images and folders of images"
    )
    _add_images(evaluate)
    _add_model(evaluate, "--model", default=DEFAULT)
    _add_scoring(evaluate)
    add_spread(evaluate)

    find = _add_command(commands, "find", "find what a model goes by over folders of images")
    _add_finding(find)
    add_spread(find)

    prefetch = _add_command(commands, "prefetch", "download weights for offline use")
    prefetch.add_argument(
        "models",
        nargs="+",
        metavar="MODEL",
        help="an id listed by `models`, hf/ORG/NAME, or a quoted pattern such as '*/resnet*'",
    )
    return parser


def request_of(options: argparse.Namespace, usual_method: str = "gradcam") -> Request:
    """Return the request given on the command line; raises what `Request` does."""
    method = options.method or usual_method
    return Request(
        layers=tuple(options.layer) if options.layer else None,
        method=method,
        parameters=find_method(method).parse(dict(options.parameter)),
        classes=tuple(options.classes) if options.classes else None,
        top_k=options.top_k,
        fit=options.fit,
        sign=options.sign,
        augment=options.augment,
        fuse=options.fuse,
    )


def look_of(options: argparse.Namespace) -> Look:
    """Return the look of the pictures given on the command line."""
    return Look(options.colormap, options.alpha, options.threshold, options.scale)


def _add_command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, help: str
) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=help, description=help.capitalize() + ".")
    command.add_argument("--json", action="store_true", help="print only JSON to stdout")

    def run(options: argparse.Namespace) -> int:
        status: int = resolve_name(COMMANDS[name])(options)
        return status

    command.set_defaults(run=run)
    return command


def _add_model(command: argparse.ArgumentParser, name: str, **options: str) -> None:
    command.add_argument(
        name,
        help="an id listed by `models`, hf/ORG/NAME, a folder that save_pretrained wrote, or a "
        "weights file",
        **options,  # type: ignore[arg-type]
    )
    command.add_argument(
        "--architecture", help="for a weights file: the torchvision classifier it belongs to"
    )
    command.add_argument(
        "--labels", type=Path, metavar="FILE", help="class labels: text, one per line, or JSON"
    )
    values = command.add_mutually_exclusive_group()
    values.add_argument(
        "--preprocessing", type=Path, metavar="FILE",
        help="how a photo becomes the model's input, where the model does not say: JSON with any "
        "fields of gradcam.Preprocessing, such as "
        '{"crop": 224, "resize": 256, "mean": [0.5, 0.5, 0.5], "std": 0.5, '
        '"interpolation": "bicubic", "channels": "bgr"}, or with timm\'s data config; '
        "mean and std are of values in [0, 1]",
    )  # fmt: skip
    values.add_argument(
        "--range", choices=RANGES,
        help="for a file, a folder or hf/ORG/NAME: the pixel values that the model was trained "
        "on; write --range=-1-1; default: what the model scales itself, or its architecture's",
    )  # fmt: skip


def _add_images(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "images", nargs="+", type=Path, metavar="IMAGE",
        help="image files, or folders to search recursively",
    )  # fmt: skip


def _add_scoring(command: argparse.ArgumentParser) -> None:
    """Add the arguments of `evaluate`."""
    add = command.add_argument
    add("--methods", nargs="+", action="extend", type=_method, choices=sorted(gradcam.METHODS),
        metavar="METHOD", help="default: all that suit the model")  # fmt: skip
    add("--layers", nargs="+", action="extend", metavar="LAYER",
        help="default: the recommended layer")  # fmt: skip
    add(
        "--metrics",
        nargs="+",
        action="extend",
        choices=tuple(METRICS),
        metavar="METRIC",
        help=f"of {', '.join(METRICS)}; default: all, with --boxes also those that need boxes",
    )
    add("--boxes", type=Path, metavar="FILE",
        help="where the objects are: CSV with the columns file, left, top, right, bottom, "
        "edges in pixels of the photo, a line for each box")  # fmt: skip
    add("--classes", default="predicted", choices=OF,
        help="which class is explained: the predicted one, or the one that the photo's folder or "
        "name says it shows; default: predicted")  # fmt: skip
    add("--steps", type=_count, default=COARSE, metavar="N",
        help=f"steps of deletion and insertion; default: {COARSE}")  # fmt: skip
    add("--fit", default="crop", choices=FITS,
        help="how the photo is fitted to the model's input; default: crop")  # fmt: skip
    add(
        "--out",
        type=Path,
        default=Path("evaluation"),
        metavar="DIR",
        help="where tables and page are written, and a run continues; default: evaluation",
    )
    add("--jobs", type=_count, default=cores(), metavar="N",
        help="threads that read photos; default: all cores")  # fmt: skip


def _add_request(command: argparse.ArgumentParser) -> None:
    """Add the arguments that `explain` and `report` share."""
    _add_images(command)
    _add_model(command, "--model", default=DEFAULT)
    add = command.add_argument
    add("--layer", action="append", help="may be repeated; default: the recommended layer")
    add("--method", type=_method, choices=sorted(gradcam.METHODS),
        help="the default is gradcam, or legrad for CLIP and SigLIP")  # fmt: skip
    add("--parameter", action="append", default=[], type=_pair, metavar="NAME=VALUE",
        help="an option of the method, such as channels=64; may be repeated")  # fmt: skip
    add("--sign", default="for", choices=SIGNS, help="which evidence to show; default: for")
    add("--augment", action="store_true", help="average over mirrored and zoomed views; slow")
    add("--fuse", choices=FUSIONS, help="merge the maps of several --layer into one per class")
    add("--classes", nargs="+", action="extend", type=_class, metavar="CLASS",
        help="labels or indices; #7 is the index 7 where a class is called 7; "
        "default: the most probable classes")  # fmt: skip
    add("--top-k", type=_count, default=5, metavar="K",
        help="how many of the most probable classes; default: 5")  # fmt: skip
    add("--fit", default="crop", choices=FITS,
        help="how the photo is fitted to the model's input; default: crop")  # fmt: skip
    add("--colormap", default=DEFAULT_COLORMAP, choices=COLORMAPS)
    add("--alpha", type=_share, default=0.6, help="opacity of the overlay; default: 0.6")
    add("--threshold", type=_share, default=0.0, help="heat below which nothing is drawn")
    add("--scale", default="each", choices=SCALES,
        help="scale each map to its own peak, or an image's maps to a shared one")  # fmt: skip
    add("--batch", type=_count, default=8, metavar="N", help="images per forward pass; default: 8")
    add("--jobs", type=_count, default=cores(), metavar="N", help="threads; default: all cores")


def add_spread(command: argparse.ArgumentParser) -> None:
    """Add the arguments of a command that can work on a cluster."""
    command.add_argument(
        "--ray", nargs="?", const="", metavar="ADDRESS",
        help="work on a Ray cluster, or on one started here for the work; after the images",
    )  # fmt: skip
    command.add_argument(
        "--threads", type=_count, metavar="N",
        help="threads of the model; with --ray, of each worker, of which there are as many as the "
        "cluster has room for: 1 is fastest there. Equal results, to the last bit, take equal "
        "threads; default: all cores",
    )  # fmt: skip


def _add_finding(command: argparse.ArgumentParser) -> None:
    """Add the arguments of `find`."""
    _add_images(command)
    _add_model(command, "--model", default=DEFAULT)
    add = command.add_argument
    add("--explain", default="predicted", type=_class, metavar="CLASS",
        help="predicted or labelled: each photo's own class; or one class for all, by label or "
        "as #7; default: predicted")  # fmt: skip
    add("--layer", help="default: the recommended layer")
    add("--method", type=_method, choices=sorted(gradcam.METHODS),
        help="the default is gradcam, or legrad for CLIP and SigLIP")  # fmt: skip
    add("--fit", default="crop", choices=FITS,
        help="how the photo is fitted to the model's input; default: crop")  # fmt: skip
    add("--out", type=Path, default=Path("found"), help="default: found")
    add("--jobs", type=_count, default=cores(), metavar="N", help="threads; default: all cores")


def _class(text: str) -> int | str:
    """Return an index for "#7", and any other text for the model's labels to decide."""
    index = text.removeprefix("#")
    return int(index) if text.startswith("#") and is_index(index) else text


def _method(text: str) -> str:
    try:
        return method_key(text)
    except MethodError:
        return text  # argparse lists the choices


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (name and equals):
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form NAME=VALUE")
    return name, value


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} is less than 1")
    return number


def _share(text: str) -> float:
    number = float(text)
    if not 0 <= number <= 1:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and 1")
    return number
