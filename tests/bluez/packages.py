"""What the virtual machine needs of the distribution: installed, or unpacked into `.bluez`."""

from __future__ import annotations

import os
import platform
import shlex
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".bluez"
INSTALLED = ("bluez", "busybox-static", "cpio", "dbus", "kmod", "qemu-system-x86")
KERNELS = ("linux-image-6.12-amd64", "linux-image-amd64")
"""The first that there is, of the generic flavour: that of clouds has no Bluetooth.

Debian 12's own (6.1.187 and 6.1.192) falls over a device that has forgotten its bond.
"""
FOLDERS = (
    *("arch/x86/crypto", "crypto", "drivers/bluetooth", "drivers/virtio"),
    *("fs", "lib", "net/9p", "net/bluetooth", "net/rfkill"),
)
UNPACKED = (
    *("./boot/vmlinuz-*", "./lib/modules/*/modules.*"),
    *(f"./lib/modules/*/kernel/{each}/*" for each in FOLDERS),
)


class CannotRunError(Exception):
    """The machine cannot be run here, and what to do about it."""


def prepare() -> Path:
    """Install and unpack what is missing; the folder of the kernel with its modules."""
    if platform.system() != "Linux" or platform.machine() != "x86_64":
        raise CannotRunError("the virtual machine needs Debian on x86-64: run this on such a machine")
    if not shutil.which("apt-get"):
        raise CannotRunError("this is no Debian, whose packages the virtual machine is made of")
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    missing = [each for each in INSTALLED if not installed(each)]
    if missing:
        install(missing)
    return next(CACHE.glob("linux-*/"), None) or unpack()


def installed(package: str) -> bool:
    """Whether the package is there whole."""
    asked = ["dpkg-query", "--show", "--showformat=${db:Status-Abbrev}", package]
    return subprocess.run(asked, capture_output=True, text=True, check=False).stdout.startswith("ii")


def install(packages: list[str]) -> None:
    """By apt-get, as root; anybody else is told the command."""
    command = ["apt-get", "install", "--yes", "--no-install-recommends", *packages]
    if os.geteuid() != 0:
        raise CannotRunError(f"not installed: {', '.join(packages)}. Run: sudo {shlex.join(command)}")
    with_lists(command)


def unpack() -> Path:
    """The kernel's package, fetched and taken apart: it is run, never installed."""
    CACHE.mkdir(exist_ok=True)
    package = _package()
    with_lists(["apt-get", "download", package])
    [archive] = CACHE.glob(f"{package}_*.deb")
    half = CACHE / "half"
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir()
    taken = (
        f"dpkg-deb --fsys-tarfile {archive.name} | tar -x -C {half.name} --wildcards {shlex.join(UNPACKED)}"
    )
    output(["bash", "-o", "pipefail", "-c", taken])
    archive.unlink()
    [modules] = (half / "lib/modules").iterdir()
    output(["depmod", "--basedir", str(half), modules.name])
    return half.rename(CACHE / f"linux-{modules.name}")


def _package() -> str:
    """The kernel that a name of KERNELS stands for."""
    for each in KERNELS:
        with suppress(CannotRunError):
            names = with_lists(["apt-cache", "depends", each]).split()
            return next(name for name in names[1:] if name.startswith("linux-image-"))
    raise CannotRunError(f"there is no {KERNELS[-1]}: the virtual machine needs the packages of Debian")


def with_lists(command: list[str]) -> str:
    """What `command` prints; where it fails, once more with fresh lists of packages."""
    try:
        return output(command)
    except CannotRunError:
        output(["apt-get", "update"])
        return output(command)


def output(command: list[str]) -> str:
    """What `command` prints, run in the cache. Raises CannotRunError with its last words."""
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
    CACHE.mkdir(exist_ok=True)
    done = subprocess.run(
        command,
        cwd=CACHE,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        last = "\n".join((done.stdout + done.stderr).splitlines()[-5:])
        raise CannotRunError(f"`{shlex.join(command)}` failed:\n{last}")
    return done.stdout
