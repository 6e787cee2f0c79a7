"""Safetensors files and folders of transformers, written by hand, and what is wrong with them."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

FLOATS = struct.pack("<24f", *range(24))


def safetensors(header: Any, data: bytes = FLOATS, length: int | None = None) -> bytes:
    said = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(said) if length is None else length) + said + data


def entry(*shape: int, begin: int = 0, end: int = 96, dtype: Any = "F32") -> dict[str, Any]:
    return {"dtype": dtype, "shape": list(shape), "data_offsets": [begin, end]}


def good() -> tuple[bytes, ...]:
    return (
        safetensors({"fc.weight": entry(4, 6)}),
        safetensors({"__metadata__": {"format": "pt"}, "a": entry(4, end=16),
                     "b": entry(20, begin=16)}),
    )  # fmt: skip


def _many(count: int) -> bytes:
    return safetensors({f"t{n}": entry(0, end=0) for n in range(count)}, b"")


BOMBS: Mapping[str, Callable[[], bytes]] = MappingProxyType(
    {
        "a header of 16 exabytes": lambda: safetensors({}, length=(1 << 64) - 1),
        "a header of 2⁶³ bytes": lambda: safetensors({}, length=1 << 63),
        "a header longer than the file": lambda: safetensors({"a": entry(4, 6)}, length=10**6),
        "a header of nothing": lambda: struct.pack("<Q", 0) + FLOATS,
        "a header of brackets": lambda: safetensors(b'{"a":' + b"[" * 1_000_000),
        "a header of objects, 100,000 deep": lambda: safetensors(
            b'{"a":' * 100_000 + b"1" + b"}" * 100_000),
        "a header of blanks, 90 MB": lambda: safetensors(b"{}" + b" " * 90_000_000),
        "a header that is a list": lambda: safetensors([1, 2, 3]),
        "a header that is no text": lambda: safetensors(b"\xff\xfe\xfd{}"),
        "a header with a number of a million digits": lambda: safetensors(
            b'{"a":{"dtype":"F32","shape":[' + b"9" * 1_000_000 + b'],"data_offsets":[0,96]}}'),
        "a million tensors of nothing": lambda: _many(300_000),
        "two tensors of one name": lambda: safetensors(
            b'{"a":{"dtype":"F32","shape":[24],"data_offsets":[0,96]},'
            b'"a":{"dtype":"F32","shape":[4,6],"data_offsets":[0,96]}}'),
        "two tensors in one place": lambda: safetensors({"a": entry(24), "b": entry(24)}),
        "a hole between two tensors": lambda: safetensors(
            {"a": entry(4, end=16), "b": entry(4, begin=80, end=96)}),
        "more bytes than tensors": lambda: safetensors({"a": entry(4, 6)}, FLOATS + bytes(1000)),
        "fewer bytes than tensors": lambda: safetensors({"a": entry(4, 6)}, FLOATS[:50]),
        "offsets that run backwards": lambda: safetensors({"a": entry(4, 6, begin=96, end=0)}),
        "offsets before the beginning": lambda: safetensors({"a": entry(4, 6, begin=-96, end=0)}),
        "offsets of 2⁶⁴": lambda: safetensors(
            {"a": entry(4, 6, begin=1 << 64, end=(1 << 64) + 96)}),
        "offsets that are text": lambda: safetensors(
            {"a": {"dtype": "F32", "shape": [4, 6], "data_offsets": ["0", "96"]}}),
        "offsets that are fractions": lambda: safetensors(
            {"a": {"dtype": "F32", "shape": [4, 6], "data_offsets": [0.0, 96.0]}}),
        "a shape that does not fit": lambda: safetensors({"a": entry(5, 6)}),
        "a shape of less than nothing": lambda: safetensors({"a": entry(-4, -6)}),
        "a shape that overflows": lambda: safetensors({"a": entry(1 << 32, 1 << 32, end=0)}, b""),
        "a shape of 2⁶⁴ that is 24 again": lambda: safetensors({"a": entry(24, (1 << 64) + 1)}),
        "a shape of 10,000 dimensions": lambda: safetensors({"a": entry(*[1] * 10_000, end=4)},
                                                            FLOATS[:4]),
        "a shape that is true": lambda: safetensors(
            {"a": {"dtype": "F32", "shape": [True], "data_offsets": [0, 4]}}, FLOATS[:4]),
        "numbers of a kind nobody knows": lambda: safetensors({"a": entry(4, 6, dtype="F31")}),
        "numbers whose kind is a list": lambda: safetensors({"a": entry(4, 6, dtype=["F32"])}),
        "metadata that is no text": lambda: safetensors(
            {"__metadata__": {"a": [1]}, "a": entry(4, 6)}),
        "metadata of 50 MB": lambda: safetensors(
            {"__metadata__": {"a": "x" * 50_000_000}, "a": entry(4, 6)}),
        "names with escapes and marks": lambda: safetensors(
            {"\x1b[2J\u202e\ud800\x00/../x": entry(4, 6)}),
        "a name of a million letters": lambda: safetensors({"x" * 1_000_000: entry(4, 6)}),
        "zero classes": lambda: safetensors({"fc.weight": entry(0, 512, end=0)}, b""),
        "a pickle": lambda: b"\x80\x04cos\nsystem\n(S'touch canary'\ntR.",
        "a picture": lambda: b"\x89PNG\r\n\x1a\n" + bytes(500),
        "nothing": lambda: b"",
        "seven bytes": lambda: bytes(7),
    }
)  # fmt: skip


# Folders that save_pretrained wrote, as ZIP

VIT: dict[str, Any] = {
    "architectures": ["ViTForImageClassification"], "model_type": "vit", "hidden_size": 16,
    "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 32, "image_size": 32,
    "patch_size": 16, "num_channels": 3, "id2label": {"0": "cat", "1": "dog"},
    "label2id": {"cat": 0, "dog": 1},
}  # fmt: skip
PROCESSOR: dict[str, Any] = {
    "image_processor_type": "ViTImageProcessor", "do_normalize": True, "do_resize": True,
    "image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5],
    "size": {"height": 32, "width": 32},
}  # fmt: skip


def folder(
    config: Any = None, processor: Any = None, weights: bytes | None = None,
    more: Mapping[str, bytes] | None = None, how: int = zipfile.ZIP_DEFLATED,
) -> bytes:  # fmt: skip
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", how) as archive:
        archive.writestr("config.json", _json(VIT if config is None else config))
        archive.writestr("preprocessor_config.json", _json(processor or PROCESSOR))
        archive.writestr("model.safetensors", good()[0] if weights is None else weights)
        for name, body in (more or {}).items():
            archive.writestr(name, body)
    return made.getvalue()


def _json(tree: Any) -> bytes:
    return tree if isinstance(tree, bytes) else json.dumps(tree).encode()


def folders(canary: str) -> dict[str, Callable[[], bytes]]:
    """ZIP files of folders that run code, leave their folder, or build a giant."""
    code = f"import os\nos.system('touch {canary}')\n".encode()
    return {
        "code of its own": lambda: folder(
            {**VIT, "auto_map": {"AutoConfig": "evil.EvilConfig",
                                 "AutoModelForImageClassification": "evil.Evil"}},
            more={"evil.py": code}),
        "a processor with code of its own": lambda: folder(
            processor={**PROCESSOR, "auto_map": {"AutoImageProcessor": "evil.Evil"}},
            more={"evil.py": code}),
        "a model type nobody knows": lambda: folder({**VIT, "model_type": "evil"}),
        "a pickle beside it": lambda: folder(more={"pytorch_model.bin": b"\x80\x04cos\nsystem\n."}),
        "a pickle in its place": lambda: folder(weights=b"\x80\x04cos\nsystem\n(S'x'\ntR."),
        "a million layers": lambda: folder({**VIT, "num_hidden_layers": 1_000_000}),
        "a width of a million": lambda: folder(
            {**VIT, "hidden_size": 1_000_000, "intermediate_size": 4_000_000}),
        "a photo of 100,000²": lambda: folder({**VIT, "image_size": 100_000}),
        "patches of one pixel": lambda: folder({**VIT, "image_size": 8192, "patch_size": 1}),
        "a hundred million classes": lambda: folder({**VIT, "num_labels": 100_000_000}),
        "a width of less than nothing": lambda: folder({**VIT, "hidden_size": -16}),
        "layers of text": lambda: folder({**VIT, "num_hidden_layers": "many"}),
        "no heads": lambda: folder({**VIT, "num_attention_heads": 0}),
        "a configuration that is a list": lambda: folder([]),
        "a configuration of brackets": lambda: folder(b"[" * 1_000_000),
        "a configuration of 30 MB in 30 kB": lambda: folder(b" " * 30_000_000),
        "an activation by name": lambda: folder({**VIT, "hidden_act": "os.system"}),
        "an attention by name": lambda: folder(
            {**VIT, "_attn_implementation": "evil/kernels", "attn_implementation": "evil/kernels"}),
        "weights from elsewhere": lambda: folder({**VIT, "_name_or_path": "evil/model"}),
        "a quantisation with code": lambda: folder(
            {**VIT, "quantization_config": {"quant_method": "gptq", "bits": 4}}),
        "an adapter": lambda: folder(more={"adapter_config.json": b'{"base_model": "evil/x"}'}),
        "timm, with an address": lambda: folder(
            {"architecture": "resnet18", "num_classes": 2,
             "pretrained_cfg": {"url": "http://127.0.0.1:9/evil", "file": "/etc/passwd"}}),
        "timm, with arguments": lambda: folder(
            {"architecture": "resnet18", "num_classes": 10**9,
             "model_args": {"block": "os.system"}}),
        "a processor of 100,000²": lambda: folder(
            processor={**PROCESSOR, "size": {"height": 100_000, "width": 100_000}}),
        "a processor that divides by nothing": lambda: folder(
            processor={**PROCESSOR, "image_std": [0, 0, 0]}),
        "weights of another network": lambda: folder(),
        "weights with a wrong header": lambda: folder(weights=BOMBS["a header of 2⁶³ bytes"]()),
        "names that leave the folder": lambda: folder(more={f"../../../../..{canary}": b"x"}),
        "a link to a file outside": _linked,
        "an encrypted archive": lambda: _locked(folder()),
        "no configuration": lambda: _only("model.safetensors"),
        "no weights": lambda: _only("config.json"),
        "nothing": lambda: b"",
        "half a ZIP": lambda: folder()[:400],
        "a ZIP in a ZIP, 40 deep": _in_itself,
        "a ZIP whose members share their bytes": _overlapping,
    }  # fmt: skip


def _only(name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(folder())) as archive:
        body = archive.read(name)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as new:
        new.writestr(name, body)
    return made.getvalue()


def _linked() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("config.json", _json(VIT))
        archive.writestr("preprocessor_config.json", _json(PROCESSOR))
        info = zipfile.ZipInfo("model.safetensors")
        info.create_system, info.external_attr = 3, 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    return made.getvalue()


def _locked(data: bytes) -> bytes:
    whole = bytearray(data)
    for mark, at in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        start = whole.find(mark)
        while start >= 0:
            whole[start + at] |= 1
            start = whole.find(mark, start + 4)
    return bytes(whole)


def _in_itself() -> bytes:
    data = folder()
    for _ in range(40):
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("inner.zip", data)
        data = made.getvalue()
    return data


def _overlapping() -> bytes:
    """A thousand names in the directory for the same bytes (Fifield 2019)."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("model.safetensors", bytes(50_000_000))
    whole = made.getvalue()
    at = struct.unpack_from("<I", whole, len(whole) - 6)[0]
    one, body = whole[at:-22], whole[:at]
    named = [one[:46] + f"{n:04d}l.safetensors".encode() + one[63:] for n in range(1000)]
    many = b"".join([one, *named])
    return (
        body + many + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1001, 1001, len(many), len(body), 0)
    )
