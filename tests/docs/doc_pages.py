"""The README and the pages of docs/ as what they promise: files, commands, and what comes out.

How a page is read, block by block and in its order, in one fresh folder:

- `yaml` must pass `check`. With a `text` block right after it, that is what `check` says of it instead.
  A list of steps, or some keys of a file, is completed to a file; its messages then stand without a place.
- `sh` is run, line by line, with the program itself; what waits for a person, a device or real time has its
  options tried alone. A `text` or `json` block right after it is what comes out.
- `…` in an output stands for what varies; alone on a line, for lines that are left out. A block of no
  language is a picture.
- `<!-- file: NAME -->` before a block saves it. `<!-- kind: bench -->` says what a YAML block is where it is
  no protocol (`answers`, `bench`, `faults`, `other`), `<!-- exit: 3 -->` how a command
  ends, or `check` of a file that is wrong, `<!-- run: soak -->` what `make soak` alone
  runs, `<!-- sim: yes -->` what is run while an `unknot sim` runs in another terminal; commas between.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import click
import yaml

from controller.answers import Answers
from controller.faces.cli import cli
from controller.faces.cli.checking import checked
from simulator.bench import open_bench

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ROOT = Path(__file__).parents[2]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))

_BLOCK = re.compile(
    r"^(?:<!-- (?P<marks>.+?) -->\n)?```(?P<language>.*)\n(?P<text>(?s:.*?))^```$", re.MULTILINE
)
_OUTPUT = ("text", "json")
_STEPS = "unknot: 1\ntitle: An example\nneeds: {pad: heat, gun: percussion}\nsteps:\n"
_KEYS = "unknot: 1\ntitle: An example\n"
_A_STEP = "steps:\n- rest: 30 s\n"
_PLACE = re.compile(r"^example\.yaml:\d+:\d+: ", re.MULTILINE)
_TAKE_TIME = ("run", "demo", "ease", "watch", "web")
_ON_AIR = ("scan", "pair")
"""What hears nobody but beside a sim."""
_SHELL = ("cat", "cp", "ls", "head", "tail", "mkdir", "cd", "wc", "sed", "grep", "printf")
_OTHERS = ("make", "pipx", "uv", "git", "pre-commit")
"""Programs that a page may name and that no test runs."""


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block, the marks before it, and the output that stands right after it."""

    where: str
    language: str
    text: str
    marks: dict[str, str] = field(default_factory=dict)
    says: str | None = None

    @property
    def soak(self) -> bool:
        """Whether it takes too long for `make test`."""
        return self.marks.get("run") == "soak"


def blocks(page: Path) -> list[Block]:
    """The blocks of a page."""
    return list(blocks_of(page.read_text(encoding="utf-8"), str(page.relative_to(ROOT))))


def blocks_of(text: str, name: str) -> Iterator[Block]:
    """The blocks of a text; an output belongs to the block that it follows with nothing between."""
    found = list(_BLOCK.finditer(text))
    assert 2 * len(found) == len(re.findall("^```", text, re.MULTILINE)), f"{name}: a fence is not closed"
    for number, each in enumerate(found):
        after = found[number + 1] if number + 1 < len(found) else None
        told = after and after["language"] in _OUTPUT and not text[each.end() : after.start()].strip()
        where = f"{name}:{text.count(chr(10), 0, each.start()) + 1}"
        marks = dict(mark.split(": ", 1) for mark in (each["marks"] or "").split(", ") if mark)
        says = after["text"] if told and after and each["language"] not in _OUTPUT else None
        yield Block(where, each["language"], each["text"], marks, says)


def walk(page: Iterable[Block], folder: Path, *, soak: bool = False) -> None:
    """Do in `folder` what the page says, in its order. Fails at the first block that does not hold.

    Blocks marked for `make soak` are run with `soak` alone; else their options are tried.
    """
    before: Block | None = None
    for block in page:
        if "file" in block.marks:
            (folder / block.marks["file"]).write_text(block.text, encoding="utf-8")
        if block.language == "yaml":
            _read(block, folder)
        elif block.language == "sh":
            _run(block, folder, really=soak or not block.soak)
        elif block.language in _OUTPUT:
            assert before is not None, f"{block.where}: the output of nothing"
            assert before.says == block.text or "file" in block.marks, f"{block.where}: the output of nothing"
        elif block.language:
            assert "file" in block.marks, f"{block.where}: nothing checks a {block.language!r} block"
        before = block


def _read(block: Block, folder: Path) -> None:
    kind = block.marks.get("kind", "protocol")
    name = block.marks.get("file", "example.yaml")
    (folder / name).write_text(block.text, encoding="utf-8")
    if kind == "protocol":
        _check(block, folder, name)
    elif kind == "answers":
        Answers.parse(block.text)
    elif kind == "bench":
        open_bench(folder / name)
    elif kind == "faults":
        (folder / "with-faults.yaml").write_text(f"faults: {name}\n", encoding="utf-8")
        open_bench(folder / "with-faults.yaml")
    else:
        assert kind == "other", f"{block.where}: no kind {kind!r}"
        yaml.safe_load(block.text)


def _check(block: Block, folder: Path, name: str) -> None:
    whole = re.search("^unknot:", block.text, re.MULTILINE) is not None
    text = block.text
    if not whole:
        text = _STEPS + text if text.startswith("- ") else _KEYS + text + _A_STEP
    (folder / name).write_text(text, encoding="utf-8")
    before = Path.cwd()
    os.chdir(folder)
    try:
        result = checked(name, {})
    finally:
        os.chdir(before)
    assert result.exit == int(block.marks.get("exit", result.exit)), (block.where, result.exit)
    if "exit" in block.marks and block.says is None:
        return
    told = "\n".join(result.text)
    same(block, told if whole else _PLACE.sub("", told), block.says or "")


def same(block: Block, came: str, shown: str) -> None:
    """Hold what came to what the page shows of it."""
    lines = [line.rstrip() for line in shown.strip("\n").splitlines()]
    parts = [".*".join(map(re.escape, line.split("…"))) + "\n" for line in lines]
    pattern = "".join("(?:.*\n)*?" if line == "…" else part for line, part in zip(lines, parts, strict=True))
    flat = "".join(f"{line.rstrip()}\n" for line in came.strip("\n").splitlines())
    assert re.fullmatch(pattern, flat), f"{block.where}: the page shows\n\n{shown}\nand this comes:\n\n{came}"


def _run(block: Block, folder: Path, *, really: bool) -> None:
    lines = [
        line for line in block.text.replace("\\\n", " ").splitlines() if shlex.split(line, comments=True)
    ]
    run = [line for line in lines if _is_run(block, shlex.split(line, comments=True))]
    if not run:
        assert block.says is None, f"{block.where}: an output of what is not run"
    if not run or not really:
        return
    with sim_beside(folder) if "sim" in block.marks else nullcontext():
        done = shell("\n".join(run), folder)
    assert done.returncode == int(block.marks.get("exit", "0")), (block.where, done.returncode, done.stdout)
    if block.says is not None:
        same(block, done.stdout, block.says)


def _is_run(block: Block, words: list[str]) -> bool:
    program, rest = words[0], words[1:]
    if program == "unknot":
        _try(block, rest)
        waits = rest[:1] == ["sim"] or (rest and rest[0] in _TAKE_TIME and "max" not in rest)
        deaf = rest and rest[0] in _ON_AIR and "sim" not in block.marks
        return not (waits or deaf)
    assert program in _SHELL + _OTHERS, f"{block.where}: nothing is known of {program!r}"
    if program == "make":
        assert re.search(f"^{rest[0]}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    return program in _SHELL


def _try(block: Block, words: list[str]) -> None:
    """Hold the command and its options to those that the program has."""
    words = words[: next((n for n, word in enumerate(words) if word in {">", "|", "<"}), len(words))]
    if not words or words[0].startswith("-"):
        return
    group = click.Context(cli, info_name="unknot")
    try:
        name, command, rest = cli.resolve_command(group, words)
        assert command is not None, f"{block.where}: no command {name}"
        command.make_parser(click.Context(command, parent=group)).parse_args(rest)
    except (click.UsageError, ModuleNotFoundError) as error:
        raise AssertionError(f"{block.where}: unknot {' '.join(words)}: {error}") from error


@contextmanager
def sim_beside(folder: Path) -> Iterator[None]:
    """`unknot sim` as in another terminal of the same person."""
    program = [sys.executable, "-m", "controller", "sim"]
    with subprocess.Popen(
        program, cwd=folder, env=_environment(folder), text=True, stdout=subprocess.PIPE
    ) as sim:
        assert sim.stdout is not None
        assert "devices" in json.loads(sim.stdout.readline())
        try:
            yield
        finally:
            sim.terminate()


def _environment(folder: Path) -> dict[str, str]:
    """Of a person with an empty home, and with `unknot` on the path."""
    places = folder.parent / f"{folder.name}-places"
    places.mkdir(exist_ok=True)
    program = places / "unknot"
    program.write_text(
        f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m controller "$@"\n', encoding="utf-8"
    )
    program.chmod(0o755)
    environment = {
        "PATH": f"{places}{os.pathsep}{os.environ['PATH']}", "HOME": str(places), "COLUMNS": "80",
        "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8",
    }  # fmt: skip
    for name in ("STATE", "RUNTIME", "CONFIG"):
        environment[f"UNKNOT_{name}_DIR"] = str(places / name.lower())
    return environment


def shell(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a script as a person would type it; both outputs in their order."""
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script], cwd=folder, env=_environment(folder), text=True,
        check=False, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=100,
    )  # fmt: skip


def rows(page: Path, heading: str) -> list[list[str]]:
    """The cells of the first table under a heading, without its head."""
    text = page.read_text(encoding="utf-8")
    _, found, after = text.partition(f"\n{heading}\n")
    assert found, f"{page}: no heading {heading!r}"
    table = re.search(r"^\|.*\n\|[-| ]+\|\n((?:\|.*\n)+)", after.split("\n#")[0], re.MULTILINE)
    assert table, f"{page}: no table under {heading!r}"
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in table[1].splitlines()]
