"""All model files made to do harm, with their ending: name → (what makes the file, ending)."""

from __future__ import annotations

from collections.abc import Callable

from tests.hostile import keras_files, pickles, tensors

Maker = Callable[[], bytes]
# Building these takes longer than reading them.
LARGE = frozenset(
    {
        "pickle: a storage of 400 MB in 400 kB",
        "pickle: fifty thousand views of one storage",
        "pickle: a hundred thousand members",
        "pickle: tuples a million deep",
        "pickle: three million empty lists",
        "safetensors: a header of blanks, 90 MB",
        "safetensors: a million tensors of nothing",
        "safetensors: metadata of 50 MB",
        "keras: a hundred thousand groups (.keras)",
        "keras: a hundred thousand groups (.h5)",
        "keras: a configuration of 300 MB in 300 kB",
        "keras: weights of 300 MB in 300 kB",
        "keras: a configuration of 3 MB",
        "folder: a ZIP whose members share their bytes",
    }
)
# A reader takes these, for the bytes are in order, or because nobody looks at what is wrong with
# them; what fits no network is refused later. Of a folder, only its weights are looked at first.
READABLE = frozenset(
    {
        *(
            f"keras: {name} ({ending})"
            for name in (
                "no layers",
                "numbers of other shapes",
                "NaN for numbers",
                "a hundred thousand groups",
            )
            for ending in (".keras", ".h5")
        ),
        *(
            f"keras that calls: {name} ({ending})"
            for name in ("a loss that is code", "a build configuration that is code")
            for ending in (".keras", ".h5")
        ),
        "keras that calls: members that leave the folder",
        "keras that calls: an asset that leaves the folder",
        "keras: a group in itself (.h5)",
        "keras: groups a thousand deep (.h5)",
        "pickle: zero classes",
        "safetensors: zero classes",
        "pickle that calls: a pickle behind a ZIP",  # which nobody looks at
    }
)


def corpus(canary: str) -> dict[str, tuple[Maker, str]]:
    """Every file; `canary` is a path that none of them may bring into being."""
    found: dict[str, tuple[Maker, str]] = {}
    for name, make in pickles.BOMBS.items():
        found[f"pickle: {name}"] = (make, ".pth")
    for name, make in pickles.calling(canary).items():
        found[f"pickle that calls: {name}"] = (make, ".pth")
    for name, make in tensors.BOMBS.items():
        found[f"safetensors: {name}"] = (make, ".safetensors")
    for name, make in tensors.folders(canary).items():
        found[f"folder: {name}"] = (make, ".zip")
    for name, (make, ending) in keras_files.BOMBS.items():
        found[f"keras: {name}"] = (make, ending)
    for name, (make, ending) in keras_files.calling(canary).items():
        found[f"keras that calls: {name}"] = (make, ending)
    return found
