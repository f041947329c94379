"""A virtual machine with a stock kernel, Bluetooth, and the files of this one: no image to keep."""

from __future__ import annotations

import asyncio
import compileall
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bluez.packages import CACHE, ROOT, CannotRunError, output, prepare

if TYPE_CHECKING:
    from collections.abc import Callable

MODULES = (
    # drbg before ecdh: without random numbers the controller cannot pair.
    *("ctr", "sha512_generic", "drbg", "virtio_pci", "9pnet_virtio", "9p", "overlay"),
    *("bluetooth", "hci_vhci", "ecdh_generic", "cmac", "ecb", "algif_hash", "algif_skcipher"),
)
DAEMONS = ("/usr/libexec/bluetooth/bluetoothd", "/usr/lib/bluetooth/bluetoothd")
QEMU = (
    *("qemu-system-x86_64", "-machine", "q35", "-smp", "2", "-m", "1024", "-no-reboot"),
    *("-nographic", "-nodefaults", "-serial", "stdio"),
    *("-fsdev", "local,id=root,path=/,security_model=none,readonly=on,multidevs=remap"),
    *("-device", "virtio-9p-pci,fsdev=root,mount_tag=hostroot"),
    *("-append", "console=ttyS0 quiet loglevel=2 panic=-1"),
)
KVM = ("-accel", "kvm", "-cpu", "host")
TCG = ("-accel", "tcg,thread=multi", "-cpu", "max")
UP, EXIT = "GUEST-UP", "GUEST-EXIT "
KVM_PATIENCE = 5.0
"""Seconds in which a guest with KVM is up; where virtual machines nest it may hang for ever instead."""
BOOTS = 3
"""The emulator makes a kernel panic now and then, before anything of ours runs; then it is started anew."""
PATIENCE = 240.0
"""Seconds that a guest may run: some three times what two cores without KVM take."""


def run(command: list[str], heard: Callable[[str], None]) -> int:
    """The exit status of `command` in the guest, run in this checkout; `heard` gets each line of it.

    Raises CannotRunError where there is no guest that runs.
    """
    kernel = prepare()
    for each in ("controller", "protocols", "simulator", "tests/bluez"):
        compileall.compile_dir(ROOT / each, quiet=1)  # in there it takes ten times as long
    initrd = _initrd(kernel, command)
    [image] = kernel.glob("boot/vmlinuz-*")
    files = ("-kernel", str(image), "-initrd", str(initrd))
    if _kvm_is_worth_a_try():
        try:
            return asyncio.run(_boot((*QEMU, *KVM, *files), heard, KVM_PATIENCE))
        except NotUpError:
            _verdict().write_text(_this_boot())
    panics = []
    for _ in range(BOOTS):
        try:
            return asyncio.run(_boot((*QEMU, *TCG, *files), heard, PATIENCE))
        except NotUpError as why:
            panics.append(str(why))
    raise CannotRunError("the virtual machine did not come up:\n" + "\n".join(panics))


class NotUpError(Exception):
    """The guest's first process did not start; the last lines of the console."""


def _initrd(kernel: Path, command: list[str]) -> Path:
    """A file system in memory: busybox, the modules, and what to run."""
    tree = CACHE / "initrd"
    shutil.rmtree(tree, ignore_errors=True)
    (tree / "bin").mkdir(parents=True)
    busybox = shutil.which("busybox")
    daemon = next((each for each in DAEMONS if Path(each).exists()), None)
    if busybox is None or daemon is None:
        raise CannotRunError("busybox or bluetoothd is not where its package puts it")
    shutil.copy(busybox, tree / "bin/busybox")
    shutil.copy(Path(__file__).with_name("init.sh"), tree / "init")
    (tree / "init").chmod(0o755)
    (tree / "bluetoothd").write_text(daemon)
    (tree / "command").write_text(f"cd {shlex.quote(str(ROOT))} && exec {shlex.join(command)}")
    modules = _modules(kernel)
    for each in modules:
        shutil.copy(each, tree)
    (tree / "modules").write_text("".join(f"/{each.name}\n" for each in modules))
    packed = CACHE / "initrd.cpio"
    output(
        [
            "bash",
            "-o",
            "pipefail",
            "-c",
            f"cd {tree.name} && find . | cpio --quiet -o -H newc > ../{packed.name}",
        ]
    )
    return packed


def _modules(kernel: Path) -> list[Path]:
    """The files of MODULES and of all that they need, in the order to load them in."""
    [release] = (kernel / "lib/modules").iterdir()
    asked = ["modprobe", "--dirname", str(kernel), "--set-version", release.name, "--show-depends", "--all"]
    lines = output([*asked, *MODULES]).splitlines()
    return list(dict.fromkeys(Path(line.split()[1]) for line in lines if line.startswith("insmod ")))


async def _boot(qemu: tuple[str, ...], heard: Callable[[str], None], patience: float) -> int:
    """Run the guest to its end. Raises NotUpError."""
    process = await asyncio.create_subprocess_exec(
        *qemu, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    assert process.stdout
    before: list[str] = []
    up = False
    try:
        async with asyncio.timeout(patience) as limit:
            async for raw in process.stdout:
                line = raw.decode(errors="replace").rstrip()
                if line.startswith(EXIT):
                    return int(line.removeprefix(EXIT))
                if up:
                    heard(line)
                elif line.endswith(UP):
                    up = True
                    limit.reschedule(asyncio.get_running_loop().time() + PATIENCE)
                else:
                    before.append(line)
    except TimeoutError:
        before.append(f"(nothing more after {patience:.0f} s)")
        if up:
            raise CannotRunError(f"the guest was not done after {PATIENCE:.0f} s") from None
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
    if up:
        raise CannotRunError("the guest ended without a word")
    raise NotUpError("\n".join(before[-5:]))


def _kvm_is_worth_a_try() -> bool:
    if not Path("/dev/kvm").exists():
        return False
    return not _verdict().exists() or _verdict().read_text() != _this_boot()


def _verdict() -> Path:
    return CACHE / "kvm-does-not-work"


def _this_boot() -> str:
    """What differs after every start of this machine, which may be another one by then."""
    return Path("/proc/sys/kernel/random/boot_id").read_text()
