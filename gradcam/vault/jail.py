"""What a process can be kept from, so that a file which fools its reader gains nothing.

Limits on memory, time, files and output hold on every Unix. On Linux, also without privileges: no
network, no other program, no signal to anybody (a filter of system calls), and of the disk only
what Python is made of, the file to read and the folder to write to (Landlock). What a system does
not offer is left out; `applied` says what holds.
"""

from __future__ import annotations

import ctypes
import os
import platform
import signal
import struct
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from gradcam.vault.budget import Budget

_PARENT_DIES, _NO_NEW_PRIVILEGES, _SECCOMP, _FILTER = 1, 38, 22, 2
_EPERM, _ENOSYS = 1, 38


def apply(
    budget: Budget, readable: Iterable[Path], writable: Path, more: int = 0
) -> tuple[str, ...]:
    """Keep this process from everything but reading and writing there; return what holds.

    more : bytes of memory on top of the budget's, such as what the process has already.
    """
    held = [*_limits(budget, more)]
    with suppress(AttributeError, OSError):
        os.nice(10)  # others' clicks go first
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(_PARENT_DIES, signal.SIGKILL, 0, 0, 0)
        libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
        _offer_to_die()
        held += ["files"] if _landlock(libc, readable, writable) else []
        held += ["calls"] if _seccomp(libc) else []
    return tuple(held)


def _limits(budget: Budget, more: int) -> Iterable[str]:
    try:
        import resource
    except ImportError:  # Windows
        return
    seconds = int(budget.seconds) + 1
    wanted = {
        "AS": budget.memory + more,
        "CPU": seconds,
        "FSIZE": budget.output + (64 << 20),
        "NOFILE": 64,
        "CORE": 0,
    }
    for name, most in wanted.items():
        limit = getattr(resource, f"RLIMIT_{name}", None)
        if limit is None:
            continue
        try:
            _, hard = resource.getrlimit(limit)
            most = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.setrlimit(limit, (most, most))
            yield name
        except (ValueError, OSError):  # macOS knows no limit on address space
            continue


def _offer_to_die() -> None:
    """When the machine's memory runs out, this process goes first, not the server."""
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", "ascii")


# Landlock: https://docs.kernel.org/userspace-api/landlock.html

_CREATE, _ADD, _RESTRICT = 444, 445, 446
_BENEATH = 1
_EXECUTE, _WRITE, _READ, _LIST = 1, 2, 4, 8
_MAKE_AND_REMOVE = sum(1 << bit for bit in range(4, 13))
_BY_VERSION = ((2, 1 << 13), (3, 1 << 14), (5, 1 << 15))  # moving, truncating, device controls
_NETWORK = 3  # binding and connecting, from version 4


def _landlock(libc: ctypes.CDLL, readable: Iterable[Path], writable: Path) -> bool:
    version = libc.syscall(_CREATE, None, ctypes.c_size_t(0), 1)
    if version < 1:
        return False
    every = _EXECUTE | _WRITE | _READ | _LIST | _MAKE_AND_REMOVE
    every |= sum(bit for least, bit in _BY_VERSION if version >= least)
    rules = struct.pack("=QQ", every, _NETWORK) if version >= 4 else struct.pack("=Q", every)
    ruleset = libc.syscall(_CREATE, rules, ctypes.c_size_t(len(rules)), 0)
    if ruleset < 0:
        return False
    try:
        for path in readable:
            _allow(libc, ruleset, path, _READ | _LIST)
        _allow(libc, ruleset, writable, every & ~_EXECUTE)
        return bool(libc.syscall(_RESTRICT, ruleset, 0) == 0)
    finally:
        os.close(ruleset)


def _allow(libc: ctypes.CDLL, ruleset: int, path: Path, access: int) -> None:
    try:
        opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    access = access if path.is_dir() else access & (_READ | _WRITE | (1 << 14))
    try:
        libc.syscall(_ADD, ruleset, _BENEATH, struct.pack("=Qi", access, opened), 0)
    finally:
        os.close(opened)


# The filter of system calls: https://docs.kernel.org/userspace-api/seccomp_filter.html

_X86: Mapping[str, int] = {
    "socket": 41, "connect": 42, "accept": 43, "sendto": 44, "sendmsg": 46, "bind": 49,
    "listen": 50, "socketpair": 53, "fork": 57, "vfork": 58, "execve": 59, "kill": 62, "link": 86,
    "symlink": 88, "ptrace": 101, "rt_sigqueueinfo": 129, "mknod": 133, "pivot_root": 155,
    "setrlimit": 160, "chroot": 161, "mount": 165, "umount2": 166, "reboot": 169,
    "init_module": 175, "tkill": 200, "tgkill": 234, "kexec_load": 246, "add_key": 248,
    "request_key": 249, "keyctl": 250, "mknodat": 259, "linkat": 265, "symlinkat": 266,
    "unshare": 272, "accept4": 288, "rt_tgsigqueueinfo": 297, "perf_event_open": 298,
    "open_by_handle_at": 304, "setns": 308, "process_vm_readv": 310,
    "process_vm_writev": 311, "finit_module": 313, "bpf": 321, "execveat": 322, "userfaultfd": 323,
    "pidfd_send_signal": 424, "io_uring_setup": 425, "io_uring_enter": 426,
    "io_uring_register": 427, "pidfd_open": 434,
}  # fmt: skip
_ARM: Mapping[str, int] = {
    "mknodat": 33, "symlinkat": 36, "linkat": 37, "umount2": 39, "mount": 40, "pivot_root": 41,
    "chroot": 51, "unshare": 97, "kexec_load": 104, "init_module": 105, "ptrace": 117, "kill": 129,
    "tkill": 130, "tgkill": 131, "rt_sigqueueinfo": 138, "reboot": 142, "setrlimit": 164,
    "socket": 198, "socketpair": 199, "bind": 200, "listen": 201, "accept": 202, "connect": 203,
    "sendto": 206, "sendmsg": 211, "add_key": 217, "request_key": 218, "keyctl": 219,
    "execve": 221, "rt_tgsigqueueinfo": 240, "perf_event_open": 241, "accept4": 242,
    "open_by_handle_at": 265, "setns": 268, "process_vm_readv": 270,
    "process_vm_writev": 271, "finit_module": 273, "bpf": 280, "execveat": 281, "userfaultfd": 282,
    "pidfd_send_signal": 424, "io_uring_setup": 425, "io_uring_enter": 426,
    "io_uring_register": 427, "pidfd_open": 434,
}  # fmt: skip
# By machine: what the kernel calls it, the calls, and the number of clone.
_MACHINES: Mapping[str, tuple[int, Mapping[str, int], int]] = {
    "x86_64": (0xC000003E, _X86, 56),
    "aarch64": (0xC00000B7, _ARM, 220),
}
_CLONE3, _THREAD = 435, 0x00010000
_LOAD, _EQUAL, _AT_LEAST, _AND, _RETURN = 0x20, 0x15, 0x35, 0x54, 0x06
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000


def _seccomp(libc: ctypes.CDLL) -> bool:
    if platform.machine() not in _MACHINES or sys.maxsize < 1 << 32:
        return False
    program = b"".join(_program(*_MACHINES[platform.machine()]))
    code = ctypes.create_string_buffer(program, len(program))
    said = struct.pack("@HP", len(program) // 8, ctypes.addressof(code))
    return bool(libc.prctl(_SECCOMP, _FILTER, said, 0, 0) == 0)


def _program(machine: int, calls: Mapping[str, int], clone: int) -> Sequence[bytes]:
    """Refuse `calls`, new processes and other machines' calls; allow the rest."""
    refuse = _step(_RETURN, _REFUSE | _EPERM)
    steps = [
        _step(_LOAD, 4),  # which machine's calls
        _step(_EQUAL, machine, 1, 0),
        refuse,
        _step(_LOAD, 0),  # which call
        _step(_AT_LEAST, 0x40000000, 0, 1),  # x32, which numbers its calls anew
        refuse,
        _step(_EQUAL, _CLONE3, 0, 1),  # whose flags are out of sight; callers fall back to clone
        _step(_RETURN, _REFUSE | _ENOSYS),
        _step(_EQUAL, clone, 0, 5),
        _step(_LOAD, 16),  # its flags: a thread, or a process
        _step(_AND, _THREAD),
        _step(_EQUAL, _THREAD, 0, 1),
        _step(_RETURN, _ALLOW),
        refuse,
    ]
    for number in calls.values():
        steps += [_step(_EQUAL, number, 0, 1), refuse]
    return [*steps, _step(_RETURN, _ALLOW)]


def _step(code: int, value: int, yes: int = 0, no: int = 0) -> bytes:
    return struct.pack("=HBBI", code, yes, no, value)
