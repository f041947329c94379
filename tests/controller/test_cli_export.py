"""`export`: a session as a table for spreadsheets and as one document, also one that never ended."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import pytest
from kept_sessions import GUN, PAD, Kept, plan_of, unknot, whole

from controller.core.events import Reading, Tick
from controller.faces.told.document import COLUMNS, defused
from protocols.plan import segment_to_json

if TYPE_CHECKING:
    from pathlib import Path


def exported(*arguments: object) -> bytes:
    done = unknot("export", "last", *arguments)
    assert done.exit_code == 0, done.output
    return done.stdout_bytes


def rows(*arguments: object) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(exported("--csv", *arguments).decode(), newline=""), strict=True))


def test_the_header_has_units_and_is_the_same_for_every_session(tmp_path: Path) -> None:
    header = (
        "t [s],kind,segment,role,device,channel,setpoint [°C],actual [°C],"
        "setpoint [/min],actual [/min],setpoint [%],battery [%]"
    )
    whole(tmp_path)
    assert exported().decode().split("\r\n")[0] == header
    Kept(plan_of(tmp_path), (PAD, GUN), "20260302-083000-bbbb").close(None)
    assert exported().decode() == header + "\r\n"


def test_every_line_ends_with_crlf_and_has_a_cell_for_each_column(tmp_path: Path) -> None:
    whole(tmp_path)
    text = exported().decode()
    assert text.count("\n") == text.count("\r\n") == text.count("\r")
    assert {len(row) for row in csv.reader(io.StringIO(text, newline=""), strict=True)} == {len(COLUMNS)}


def test_a_row_for_each_reading_and_setpoint_in_the_order_of_the_record(tmp_path: Path) -> None:
    whole(tmp_path)
    told = rows()
    document = json.loads(exported("--json"))
    assert len([row for row in told if row["kind"] == "reading"]) == len(document["readings"]) > 900
    assert len([row for row in told if row["kind"] == "setpoint"]) == len(document["setpoints"]) > 20
    times = [float(row["t [s]"]) for row in told]
    assert times == sorted(times)
    assert times[0] == -19.5


def test_cells_are_what_the_record_holds(tmp_path: Path) -> None:
    whole(tmp_path)
    first = next(row for row in rows() if row["setpoint [°C]"] == "36.0")
    assert first == dict.fromkeys(COLUMNS, "") | {
        "t [s]": "3.0", "kind": "setpoint", "segment": "3", "role": "pad", "device": 'Pad, "one"',
        "channel": "heat", "setpoint [°C]": "36.0",
    }  # fmt: skip
    strongest = [row for row in rows() if row["actual [/min]"] == "1590.0"]
    assert len(strongest) > 10
    during = {
        (row["role"], row["segment"], row["actual [°C]"]) for row in strongest if float(row["t [s]"]) < 233.9
    }
    assert during == {("gun", "6", "")}


def test_free_text_is_no_formula(tmp_path: Path) -> None:
    whole(tmp_path)
    assert {row["device"] for row in rows()} == {'Pad, "one"', "'=Gun"}
    assert json.loads(exported("--json"))["devices"][1]["device"] == "=Gun"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_cell_that_a_spreadsheet_would_work_out_is_defused(text: str) -> None:
    assert defused(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Pad", "a=b", "SIM-1", "'x"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert defused(text) == text


def test_battery_and_a_reading_without_a_value_are_kept(tmp_path: Path) -> None:
    kept = Kept(plan_of(tmp_path), (PAD, GUN))
    kept.feed(Reading(role="pad", setpoint=0.0, actual=None, battery=81, state="idle"), Tick())
    kept.close(None)
    (row,) = rows()
    assert (row["actual [°C]"], row["battery [%]"], row["segment"]) == ("", "81", "")


def test_the_document_holds_everything_with_its_schema_and_hash(tmp_path: Path) -> None:
    plan = whole(tmp_path)
    told = json.loads(exported("--json"))
    assert list(told) == [
        "schema", "version", "session", "began", "seconds", "outcome", "exit", "why", "simulated", "plan",
        "devices", "tenderness", "segments", "events", "setpoints", "readings",
    ]  # fmt: skip
    assert (told["schema"], told["version"]) == ("unknot-session", 1)
    assert (told["began"], told["seconds"]) == ("2026-03-01T08:30:20Z", 237.0)
    assert (told["outcome"], told["exit"], told["why"], told["simulated"]) == ("completed", 0, None, False)
    assert told["plan"]["sha256"] == plan.sha256
    assert told["plan"]["options"] == {"strength": "gentle"}
    assert told["plan"]["segments"] == json.loads(json.dumps([segment_to_json(s) for s in plan.segments]))
    assert [each["role"] for each in told["devices"]] == ["pad", "gun"]
    assert told["segments"][2] == {
        "segment": 3, "verb": "heat", "started": 3.0, "ended": 139.5, "seconds": 136.5, "why": "done",
    }  # fmt: skip
    assert told["readings"][0] == {
        "t": -19.5, "role": "pad", "setpoint": 0.0, "actual": 33.0, "state": "running", "fault": None,
        "battery": None, "unit": "°C",
    }  # fmt: skip
    assert told["setpoints"][0] == {"t": 3.0, "role": "pad", "setpoint": 36.0, "unit": "°C"}
    assert told["tenderness"] == [{"place": "gluteus maximus", "side": "left", "ratings": [4.0]}]


def test_events_are_those_of_a_json_run_with_their_times(tmp_path: Path) -> None:
    whole(tmp_path)
    told = json.loads(exported("--json"))["events"]
    assert [each["event"] for each in told[:3]] == ["question", "answer", "session-started"]
    assert told[0]["t"] == -20.0
    assert told[-1] == {"t": 237.0, "event": "session-ended", "outcome": "completed", "exit": 0, "why": None}
    assert "reading" not in {each["event"] for each in told}


def test_show_json_is_the_same_document(tmp_path: Path) -> None:
    whole(tmp_path)
    assert unknot("show", "last", "--json").stdout_bytes == exported("--json")


def test_a_session_that_never_ended_is_exported(tmp_path: Path) -> None:
    kept = Kept(plan_of(tmp_path), (PAD, GUN))
    kept.feed(Tick())
    kept.answer("yes")
    kept.answer("much")
    kept.run(5, pad=33.0, gun=0.0)
    kept.close(None)
    told = json.loads(exported("--json"))
    assert (told["outcome"], told["exit"], told["seconds"]) == (None, None, 5.0)
    assert told["segments"][2]["started"] == 0.0
    assert told["segments"][2]["ended"] is None
    assert rows()[-1]["segment"] == "3"


# Where it goes


def test_a_file_is_never_written_over_without_force(tmp_path: Path) -> None:
    whole(tmp_path)
    out = tmp_path / "out.csv"
    out.write_text("mine")
    done = unknot("export", "last", "-o", out)
    assert done.exit_code == 2
    assert "is there already: name another file, or add --force" in done.stderr
    assert out.read_text() == "mine"
    done = unknot("export", "last", "-o", out, "--force")
    assert (done.exit_code, done.stdout) == (0, "")
    assert f"written to {out}" in done.stderr
    assert out.read_bytes() == exported()


@pytest.mark.parametrize(
    ("name", "flag", "begins"),
    [
        ("a.json", (), b"{"),
        ("a.csv", (), b"t [s],"),
        ("a", (), b"t [s],"),
        ("a.json", ("--csv",), b"t [s],"),
        ("a.csv", ("--json",), b"{"),
    ],
)
def test_the_form_follows_the_flag_then_the_name(
    tmp_path: Path, name: str, flag: tuple[str, ...], begins: bytes
) -> None:
    whole(tmp_path)
    assert unknot("export", "last", "-o", tmp_path / name, *flag).exit_code == 0
    assert (tmp_path / name).read_bytes().startswith(begins)


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    whole(tmp_path)
    done = unknot("export", "last", "-o", tmp_path / "none" / "x.csv")
    assert done.exit_code == 1
    assert "cannot be written: No such file or directory" in done.stderr


def test_without_such_a_session_no_file_is_made(tmp_path: Path) -> None:
    out = tmp_path / "x.csv"
    assert unknot("export", "last", "-o", out).exit_code == 2
    assert not out.exists()
