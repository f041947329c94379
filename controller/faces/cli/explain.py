"""`unknot explain`: what a code of `check` means, and what a limit is for."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

import click

from controller.faces.cli.common import as_json, show_json, table
from controller.safety.limits import NO_PERCUSSION, NO_STILL, PC11_SOFT, REGIONS
from controller.safety.reasons import REASONS, remedies, rows, title
from protocols.explanations import CODES
from protocols.units import write_duration

if TYPE_CHECKING:
    from collections.abc import Iterator

    from controller.safety import Limit
    from protocols.diagnostics import Code

_WIDEST = 88


@click.command("explain")
@click.argument("code", required=False)
@as_json
def command(*, code: str | None, as_json: bool) -> None:
    """Explain CODE: one that `check` prints, as unit-missing, or a limit by its id, as HT1.

    Without CODE, list them all.
    """
    if code is None:
        if as_json:
            show_json(
                {"codes": [_code_json(each) for each in CODES], "limits": [_limit_json(i) for i in REASONS]}
            )
        else:
            click.echo("\n".join(_all()))
        return
    limit, known = code.strip().upper(), _code_named(code)
    if known is not None:
        show_json(_code_json(known)) if as_json else click.echo("\n".join(_code_text(known)))
    elif limit in REASONS:
        show_json(_limit_json(limit)) if as_json else click.echo("\n".join(_limit_text(limit)))
    else:
        raise click.UsageError(_unknown(code))


def _code_named(name: str) -> Code | None:
    plain = "-".join(name.replace("_", " ").split()).lower()
    return next((each for each in CODES if each == plain), None)


def _unknown(name: str) -> str:
    words = {each.lower(): each for each in (*CODES, *REASONS)}
    close = difflib.get_close_matches(name.strip().lower(), words, n=1)
    hint = f"did you mean {words[close[0]]}?" if close else "unknot explain lists them all"
    return f"No code or limit {name!r}: {hint}"


def _all() -> Iterator[str]:
    yield "Codes of check:"
    yield from _indented(table((code, CODES[code].what) for code in CODES))
    yield ""
    yield "Limits:"
    yield from _indented(table((limit, title(limit)) for limit in REASONS))
    yield ""
    yield "unknot explain unit-missing, or unknot explain HT1, tells more."


def _code_text(code: Code) -> Iterator[str]:
    told = CODES[code]
    yield f"{code}: {told.what}"
    yield click.wrap_text(told.why, _WIDEST)
    yield ""
    yield "Instead of"
    yield from _indented(told.wrong.splitlines(), "    ")
    yield "write"
    yield from _indented(told.right.splitlines(), "    ")


def _limit_text(limit: str) -> Iterator[str]:
    reason = REASONS[limit]
    yield f"{limit}: {title(limit)}"
    yield click.wrap_text(f"{reason.why} {reason.then}{_where(limit)}", _WIDEST)
    values = [row for row in rows(limit) if row.soft is not None]
    if values or limit in _BY_PLACE:
        yield ""
        yield from _indented(_values(limit, values))
        yield ""
        yield "Soft binds a file; past hard a run ends."
    basis = dict.fromkeys(row.basis for row in rows(limit))
    if basis:
        yield f"Basis: {'; '.join(basis)}."
    advice = remedies(limit)
    if advice:
        yield "In a file:"
        yield from _indented([f"- {each}" for each in advice])


def _where(limit: str) -> str:
    if limit != "ZN1":
        return ""
    never, moving = (", ".join(sorted(names)) for names in (NO_PERCUSSION, NO_STILL))
    return f" Never by a device: {never}. By a device only with the head moving: {moving}."


def _values(limit: str, values: list[Limit]) -> list[str]:
    cells = [(row.quantity, _value(row.soft, row.unit), _value(row.hard, row.unit)) for row in values]
    return table([("", "soft", "hard"), *cells, *_BY_PLACE.get(limit, ())])


def _value(value: float | None, unit: str) -> str:
    if value is None:
        return "-"
    if unit == "s":
        return write_duration(round(value * 1000))
    if unit == "fraction":
        return f"{value * 100:g} %"
    shown = f"{value:g}" if value or unit else "none"
    return f"{shown} {unit}".rstrip() if unit != "0..10" else f"{shown} of 10"


_BY_PLACE = {
    "PC11": [(area, _value(soft, "N"), "") for area, soft in PC11_SOFT.items()],
    "PC13": [
        (point, _value(each.soft, "fraction"), _value(each.hard, "fraction"))
        for point, each in REGIONS.items()
    ],
    "PC2": [(point, _value(each.bout_ms / 1000, "s"), "") for point, each in REGIONS.items() if each.soft],
}
"""The rows that go by place."""


def _indented(lines: list[str], by: str = "  ") -> Iterator[str]:
    return (f"{by}{line}" for line in lines)


def _code_json(code: Code) -> dict[str, object]:
    told = CODES[code]
    return {
        "code": code, "what": told.what, "why": told.why, "wrong": told.wrong, "right": told.right,
    }  # fmt: skip


def _limit_json(limit: str) -> dict[str, object]:
    reason = REASONS[limit]
    return {
        "limit": limit, "what": title(limit), "why": reason.why, "then": reason.then,
        "rows": [
            {key: getattr(row, key) for key in ("quantity", "unit", "soft", "hard", "basis")}
            for row in rows(limit)
        ],
        "remedies": list(remedies(limit)),
    }  # fmt: skip
