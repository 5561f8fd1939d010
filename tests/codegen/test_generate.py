"""`xdlms generate` and `make generate`: what they write, compare, refuse and leave alone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from random import Random
from typing import Any

import pytest

import xdlms_codegen
from xdlms_codegen.cli import AT_FAULT, DONE, WRONG_USAGE, is_package_name, main
from xdlms_codegen.editions import EDITIONS, edition_job, generated_folder
from xdlms_codegen.folder import HEADERS, differences

MODULE = """\
-- Readings of a vendor's meter.
Meter DEFINITIONS ::= BEGIN
-- What the meter sends.
Message ::= CHOICE {
    reading [1] Reading,
    alarm   [2] Alarm
}
-- A reading.
Reading ::= SEQUENCE {
    volume INTEGER (0..4294967295),
    note   OCTET STRING OPTIONAL
}
-- Why the meter complains: Störung.
Alarm ::= ENUMERATED { leak (0), tamper (1) }
END
"""
NAMES = ["__init__.py", "alarm.py", "message.py", "reading.py", "syntax.py", "types.py"]


@pytest.fixture
def module(tmp_path: Path) -> Path:
    path = tmp_path / "meter.asn1"
    path.write_text(MODULE, encoding="utf-8")
    return path


def generate(module: Path, *options: str, package: str = "vendor.meter") -> int:
    return main([str(module), "--package", package, "--out", str(module.parent / "out"), *options])


def python(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Python in a process of its own, with the compiler and the run time to import."""
    path = os.pathsep.join(str(Path(xdlms_codegen.__file__).parents[up]) for up in (1, 2))
    whole = {**os.environ, "PYTHONPATH": path, **environment}
    command = [sys.executable, *arguments]
    return subprocess.run(command, env=whole, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)


# What is refused


def test_a_problem_names_file_line_and_column_and_shows_the_line(
    module: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    module.write_text(MODULE.replace("[1] Reading", "[1] Reeding"), encoding="utf-8")
    assert generate(module) == AT_FAULT
    out, err = capsys.readouterr()
    assert out == ""
    message, line, mark = err.splitlines()
    assert message.startswith(f"{module.as_posix()}:5:17: ")
    assert "Reeding" in message
    assert line == "    5 |     reading [1] Reeding,"
    assert mark.index("^") == line.index("Reeding")
    assert not (module.parent / "out").exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["nowhere.asn1", "--package", "p", "--out", "out"], "nowhere.asn1:1:1: the file cannot be read"),
        ([".", "--package", "p", "--out", "out"], ".:1:1: the file cannot be read"),
        (["latin.asn1", "--package", "p", "--out", "out"], "latin.asn1:2:5: the octet FC is not UTF-8"),
        (["meter.asn1", "meter.asn1", "--package", "p", "--out", "out"], "meter.asn1:1:1: the file is given twice"),
        (["meter.asn1", "--package", "p", "--out", "meter.asn1"], "meter.asn1/p/__init__.py: "),
        (["meter.asn1", "--package", "p", "--out", "out", "--binding", "no.toml"], "no.toml:1:1: the binding cannot"),
        (["meter.asn1", "--package", "p", "--out", "out", "--binding", "latin.asn1"], "latin.asn1:2:5: the octet FC"),
        (["meter.asn1", "--package", "p", "--out", "out", "--binding", "bad.toml"], "bad.toml:2:1: nothing in the"),
        (
            ["meter.asn1", "--package", "p", "--out", "out", "--binding", "root.toml"],
            "root.toml:2:1: Reading is no CHOICE",
        ),
        (["plain.asn1", "--package", "p", "--out", "out"], "plain.asn1:1:1: no CHOICE here can be the one of all"),
    ],
)
def test_wrong_input_is_one_clear_error(
    module: Path,
    options: list[str],
    message: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(module.parent)
    Path("latin.asn1").write_bytes("-- Gerät\n-- für\n".encode("latin-1").replace(b"\xe4", b"ae"))
    Path("bad.toml").write_text('[roots]\n"Massage" = "axdr"\n', encoding="utf-8")
    Path("root.toml").write_text('[roots]\n"Reading" = "axdr"\n', encoding="utf-8")
    Path("plain.asn1").write_text("Plain DEFINITIONS ::= BEGIN Level ::= INTEGER (0..9) END\n", encoding="utf-8")
    assert main(options) == AT_FAULT
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(message)
    assert not Path("out").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["meter.asn1"],
        ["meter.asn1", "--package", "p"],
        ["meter.asn1", "--out", "out"],
        ["--package", "p"],
        ["--binding", "b.toml"],
        ["--edition", "1"],
        ["--unknown"],
    ],
)
def test_arguments_that_do_not_go_together_are_wrong_usage(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == WRONG_USAGE


@pytest.mark.parametrize("name", ["", "a..b", ".a", "a.", "1a", "a-b", "a.class", "a b", "ä", "a/b"])
def test_a_package_has_the_name_of_a_package(name: str, module: Path) -> None:
    assert not is_package_name(name)
    if name:
        assert generate(module, package=name) == WRONG_USAGE
    assert not (module.parent / "out").exists()


@pytest.mark.parametrize("name", ["json", "random.meter", "xdlms", "xdlms_apdu.v2023", "xdlms_codegen"])
def test_a_package_hides_nothing_of_pythons_nor_of_ours(
    name: str, module: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert generate(module, package=name) == WRONG_USAGE
    assert "would hide it: choose another" in capsys.readouterr().err
    assert not (module.parent / "out").exists()


def test_a_report_needs_an_edition_that_is_extended(module: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert generate(module, "--report") == WRONG_USAGE
    assert capsys.readouterr().err == "--report needs --extends: it lists what is taken from that edition\n"


def test_a_file_that_is_no_module_at_all_is_told_in_a_few_lines(
    module: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    module.write_bytes(Random(1).randbytes(100_000))
    assert generate(module) == AT_FAULT
    told = capsys.readouterr().err.splitlines()
    assert "is not UTF-8; save the file as UTF-8" in told[0]
    assert any("more than 40 places are no ASN.1; is the file a module?" in line for line in told)
    assert len(told) < 300


@pytest.mark.parametrize("edition", ['1"\nimport os\n"', "back\\slash", "tab\t"])
def test_nothing_given_can_write_code_of_its_own(
    edition: str, module: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert generate(module, "--edition", edition) == WRONG_USAGE
    assert "cannot stand in the code" in capsys.readouterr().err


def test_what_someone_else_wrote_is_never_overwritten(module: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = module.parent / "out" / "vendor" / "meter"
    folder.mkdir(parents=True)
    (folder / "alarm.py").write_text("# mine\n", encoding="utf-8")
    assert generate(module) == AT_FAULT
    assert "alarm.py: was not generated, so it is not overwritten" in capsys.readouterr().err
    assert [path.name for path in folder.iterdir()] == ["alarm.py"]
    assert (folder / "alarm.py").read_text(encoding="utf-8") == "# mine\n"


def test_a_folder_that_cannot_be_written_to_is_one_clear_error(
    module: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Path, *arguments: object, **options: object) -> None:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "mkdir", refuse)
    assert generate(module) == AT_FAULT
    assert capsys.readouterr().err == f"{module.parent / 'out' / 'vendor' / 'meter'}: Permission denied\n"


@pytest.mark.parametrize("is_new", [True, False])
def test_a_file_that_cannot_be_written_is_one_clear_error(
    module: Path, is_new: bool, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    if not is_new:
        assert generate(module) == DONE
        module.write_text(MODULE.replace("leak", "loss"), encoding="utf-8")
        capsys.readouterr()

    def refuse(self: Path, *arguments: object, **options: object) -> None:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "write_text", refuse)
    assert generate(module) == AT_FAULT
    name = "__init__.py" if is_new else "alarm.py"
    assert capsys.readouterr().err == f"{module.parent / 'out' / 'vendor' / 'meter' / name}: Permission denied\n"


def test_an_output_folder_that_is_a_file_is_one_clear_error(module: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (module.parent / "out").write_text("mine", encoding="utf-8")
    for options in ([], ["--check"]):
        assert generate(module, *options) == AT_FAULT
        assert capsys.readouterr().err.endswith(": Not a directory\n")
    assert (module.parent / "out").read_text(encoding="utf-8") == "mine"


def test_what_is_interrupted_leaves_whole_files_and_can_be_done_again(
    module: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[Path] = []
    write_text = Path.write_text

    def interrupted(self: Path, data: str, *arguments: Any, **options: Any) -> int:
        written.append(self)
        if len(written) < 3:
            return write_text(self, data, *arguments, **options)
        write_text(self, data[:10], *arguments, **options)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_text", interrupted)
        with pytest.raises(KeyboardInterrupt):
            generate(module)
    folder = module.parent / "out" / "vendor" / "meter"
    assert sorted(path.name for path in folder.iterdir()) == NAMES[:2]
    assert all(path.read_text(encoding="utf-8").startswith(HEADERS[0]) for path in folder.iterdir())
    assert generate(module) == DONE
    assert sorted(path.name for path in folder.iterdir()) == NAMES


def test_an_interrupt_ends_the_command_without_a_traceback(module: Path) -> None:
    code = (
        "import runpy, sys, xdlms_codegen.cli as cli\n"
        "def interrupted(*arguments): raise KeyboardInterrupt\n"
        "cli.run = interrupted\n"
        "runpy.run_module('xdlms_codegen', run_name='__main__')\n"
    )
    done = python("-c", code, str(module), "--package", "p", "--out", str(module.parent / "out"))
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


@pytest.mark.parametrize("tool", ["asn1tools", "jinja2", "black"])
def test_without_the_compilers_tools_the_extra_is_named(tool: str, module: Path) -> None:
    code = f"import sys; sys.modules[{tool!r}] = None; from xdlms_codegen.cli import main; sys.exit(main(sys.argv[1:]))"
    done = python("-c", code, str(module), "--package", "p", "--out", str(module.parent / "out"))
    assert done.returncode == AT_FAULT
    assert 'pip install "xdlms[codegen]"' in done.stderr
    assert "Traceback" not in done.stderr


def test_a_file_that_is_too_large_is_refused_in_a_moment(module: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for text in ("(" * 5_000_000, MODULE + "-- x\n" * 1_000_000):
        module.write_text(text, encoding="utf-8")
        assert generate(module) == AT_FAULT
        octets = len(text.encode())
        message = f"the file has {octets} octets; 1000000 are the most that are read"
        assert capsys.readouterr().err == f"{module.as_posix()}:1:1: {message}\n"
    module.write_text(MODULE + "-- x\n" * 20_000, encoding="utf-8")
    assert generate(module) == DONE


@pytest.mark.parametrize(
    ("before", "behind"),
    [("SEQUENCE OF ", "NULL"), ("SEQUENCE { a ", "NULL" + " }" * 20_000), ("CHOICE { a [1] ", "NULL" + " }" * 20_000)],
)
def test_nesting_without_end_is_one_clear_error(
    module: Path, before: str, behind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text = f"M DEFINITIONS ::= BEGIN Message ::= CHOICE {{ a [1] {before * 20_000}{behind} }} END"
    module.write_text(text, encoding="utf-8")
    assert generate(module) == AT_FAULT
    err = capsys.readouterr().err
    assert "types are written more than 12 deep" in err
    assert "Traceback" not in err
    assert len(err) < 500


# What is written


def test_a_package_is_written_and_works(module: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert generate(module, "--edition", "7") == DONE
    folder = module.parent / "out" / "vendor" / "meter"
    assert sorted(path.name for path in folder.iterdir()) == NAMES
    assert capsys.readouterr().out == f"{folder.as_posix()}: 4 types, 6 files, 6 changed\n"
    code = """
import sys
sys.path.insert(0, sys.argv[1])
from vendor import meter
reading = meter.decode(bytes.fromhex("01 0000002A 01 02 4F4B"))
assert reading == meter.Reading(42, b"OK") and reading.encode().hex() == "010000002a01024f4b"
print(meter.EDITION, meter.decode(b"\\x02\\x01").value.name)
try:
    meter.decode(b"\\x02\\x07")
except ValueError as error:
    print(error)
"""
    done = python("-c", code, str(module.parent / "out"))
    assert done.stderr == ""
    assert done.stdout == "7 tamper\n7 is no value of Alarm - at $, octet 1\n"


def test_the_first_line_tells_what_makes_a_users_package_and_ours(
    module: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(module.parent)
    Path("binding.toml").write_text('[roots]\n"Message" = "axdr"\n', encoding="utf-8")
    arguments = ["meter.asn1", "--package", "meters.v1", "--binding", "binding.toml", "--edition", "7"]
    assert main([*arguments, "--out", "out"]) == DONE
    expected = (
        "# Generated from meter.asn1: do not edit, run `xdlms generate meter.asn1"
        " --package meters.v1 --binding binding.toml --edition 7 --out DIR`."
    )
    for path in Path("out/meters/v1").iterdir():
        assert path.read_text(encoding="utf-8").splitlines()[0] == expected
    generated = generated_folder()
    assert generated is not None
    ours = (generated / "xdlms_apdu" / "v2023" / "data.py").read_text(encoding="utf-8").splitlines()[0]
    assert ours == "# Generated from asn1/2023/acse.asn1, asn1/2023/xdlms.asn1: do not edit, run `make generate`."


def test_nothing_is_forked(module: Path) -> None:
    code = "import os, sys; os.fork = None; from xdlms_codegen.cli import main; sys.exit(main(sys.argv[1:]))"
    done = python("-c", code, str(module), "--package", "p", "--out", str(module.parent / "out"))
    assert (done.returncode, done.stderr) == (DONE, "")


def test_the_edition_is_the_end_of_the_package_name_unless_given(module: Path) -> None:
    assert generate(module) == DONE
    text = (module.parent / "out" / "vendor" / "meter" / "__init__.py").read_text(encoding="utf-8")
    assert 'EDITION = "meter"' in text


def test_the_octets_do_not_depend_on_the_run_nor_on_the_folder(module: Path, tmp_path: Path) -> None:
    written = set()
    for seed, locale in (("0", "C"), ("1", "C.UTF-8"), ("77", "POSIX")):
        folder = tmp_path / f"elsewhere-{seed}"
        folder.mkdir()
        copy = folder / module.name
        copy.write_bytes(module.read_bytes())
        done = python(
            *("-m", "xdlms_codegen", str(copy), "--package", "p", "--out", str(folder / "out")),
            PYTHONHASHSEED=seed,
            LC_ALL=locale,
            PYTHONUTF8="0",
            PYTHONCOERCECLOCALE="0",
        )
        assert done.returncode == DONE
        written.add(tuple((folder / "out" / "p" / name).read_bytes() for name in NAMES))
    assert len(written) == 1
    assert not any(str(tmp_path).encode() in octets for octets in written.pop())


@pytest.mark.parametrize("from_where", [".", "deep/er", ".."])
def test_the_octets_do_not_depend_on_the_working_folder(
    module: Path, from_where: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = module.parent
    (folder / "deep" / "er").mkdir(parents=True)
    (folder / "bindings").mkdir()
    (folder / "bindings" / "meter.toml").write_text('[roots]\n"Message" = "axdr"\n', encoding="utf-8")
    (folder / "units.asn1").write_text("Units DEFINITIONS ::= BEGIN Unit ::= INTEGER (0..9) END\n", encoding="utf-8")
    names = [module.name, "units.asn1"], ["--package", "p", "--binding"], "bindings/meter.toml"

    def arguments(start: str) -> list[str]:
        files = [os.path.join(start, name) for name in names[0]]
        return [*files, *names[1], os.path.join(start, names[2]), "--out", os.path.join(start, "out")]

    assert main(arguments(str(folder))) == DONE
    first = (folder / "out" / "p" / "__init__.py").read_text(encoding="utf-8").splitlines()[0]
    assert first == (
        "# Generated from meter.asn1, units.asn1: do not edit, run `xdlms generate meter.asn1 units.asn1"
        " --package p --binding bindings/meter.toml --out DIR`."
    )
    monkeypatch.chdir(folder / from_where)
    assert main([*arguments(os.path.relpath(folder)), "--check"]) == DONE, capsys.readouterr().out


def test_the_octets_do_not_depend_on_the_order_of_the_modules(tmp_path: Path) -> None:
    for name in ("a", "B", "c"):
        text = f"M-{name} DEFINITIONS ::= BEGIN\nT-{name} ::= CHOICE {{ {name.lower()} [{ord(name)}] NULL }}\nEND\n"
        (tmp_path / f"{name}.asn1").write_text(text, encoding="utf-8")
    made = []
    for order in ("aBc", "cBa", "Bca"):
        modules = [str(tmp_path / f"{name}.asn1") for name in order]
        assert main([*modules, "--package", "p", "--out", str(tmp_path / order)]) == DONE
        made.append({path.name: path.read_bytes() for path in (tmp_path / order / "p").iterdir()})
    assert made[0] == made[1] == made[2]


def test_files_of_one_name_in_two_folders_stay_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in (("a", MODULE), ("b", "Units DEFINITIONS ::= BEGIN Unit ::= INTEGER (0..9) END\n")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "m.asn1").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path / "a")
    assert main(["m.asn1", "../b/m.asn1", "--package", "p", "--out", "../out"]) == DONE
    text = (tmp_path / "out" / "p" / "__init__.py").read_text(encoding="utf-8")
    assert text.startswith("# Generated from a/m.asn1, b/m.asn1: do not edit, ")


def test_one_file_by_two_paths_is_given_twice(
    module: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(module.parent)
    assert main([module.name, str(module), "--package", "p", "--out", "out"]) == AT_FAULT
    assert "the file is given twice" in capsys.readouterr().err


def test_a_folder_of_a_name_that_cannot_be_quoted_never_gets_into_the_code(
    module: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    strange = module.parent / 'one "two"'
    strange.mkdir()
    (strange / "units.asn1").write_text("Units DEFINITIONS ::= BEGIN Unit ::= INTEGER (0..9) END\n", encoding="utf-8")
    monkeypatch.chdir(strange)
    assert main(["units.asn1", "../meter.asn1", "--package", "p", "--out", "out"]) == WRONG_USAGE
    assert "cannot stand in the code" in capsys.readouterr().err
    assert not Path("out").exists()


def test_a_problem_shows_the_path_as_it_was_given(
    module: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    module.write_text(MODULE.replace("[1] Reading", "[1] Reeding"), encoding="utf-8")
    (module.parent / "sub").mkdir()
    monkeypatch.chdir(module.parent / "sub")
    assert main(["../meter.asn1", "--package", "p", "--out", "out"]) == AT_FAULT
    assert capsys.readouterr().err.startswith("../meter.asn1:5:17: ")


def test_what_is_as_it_should_be_is_not_written_again(module: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert generate(module) == DONE
    (folder,) = (module.parent / "out").glob("*/*")
    before = {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    assert generate(module) == DONE
    assert {path: path.stat().st_mtime_ns for path in folder.iterdir()} == before
    assert capsys.readouterr().out.endswith(" 0 changed\n")


def test_a_file_that_nothing_generates_any_more_is_removed_and_others_stay(module: Path) -> None:
    assert generate(module) == DONE
    folder = module.parent / "out" / "vendor" / "meter"
    (folder / "mine.py").write_text("pass\n", encoding="utf-8")
    (folder / "notes.txt").write_text(f"{HEADERS[0]}nothing\n", encoding="utf-8")
    module.write_text(MODULE.replace("Alarm", "Complaint"), encoding="utf-8")
    assert generate(module) == DONE
    kept = {path.name for path in folder.iterdir()}
    assert kept == {*NAMES, "complaint.py", "mine.py", "notes.txt"} - {"alarm.py"}


# What is compared


def test_check_writes_nothing(module: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert generate(module, "--check") == AT_FAULT
    assert not (module.parent / "out").exists()
    out, err = capsys.readouterr()
    assert out.count(" is missing\n") == len(NAMES)
    assert err.endswith("6 files differ from what is generated\n")


def test_check_is_content_with_what_was_generated(module: Path) -> None:
    assert generate(module) == DONE
    assert generate(module, "--check") == DONE


def test_check_shows_every_difference(module: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert generate(module) == DONE
    folder = module.parent / "out" / "vendor" / "meter"
    edited = folder / "alarm.py"
    edited.write_text(edited.read_text(encoding="utf-8").replace("tamper = 1", "tamper = 2"), encoding="utf-8")
    (folder / "types.py").unlink()
    (folder / "old.py").write_text(f"{HEADERS[0]}old.asn1: do not edit\n", encoding="utf-8")
    (folder / "mine.py").write_text("pass\n", encoding="utf-8")
    capsys.readouterr()
    assert generate(module, "--check") == AT_FAULT
    out, err = capsys.readouterr()
    assert "-    tamper = 2\n+    tamper = 1\n" in out
    assert f"{(folder / 'types.py').as_posix()} is missing\n" in out
    assert f"{(folder / 'old.py').as_posix()} is left over: nothing generates it any more\n" in out
    assert "mine.py" not in out
    assert err == f"{folder.as_posix()}: 3 files differ from what is generated\n"


def test_octets_that_are_no_text_differ(module: Path) -> None:
    assert generate(module) == DONE
    path = module.parent / "out" / "vendor" / "meter" / "alarm.py"
    path.write_bytes(path.read_bytes() + b"# \xff\n")
    assert generate(module, "--check") == AT_FAULT


def test_a_page_that_was_written_by_hand_is_not_left_over(tmp_path: Path) -> None:
    (tmp_path / "written.md").write_text("# Written\n", encoding="utf-8")
    (tmp_path / "old.md").write_text(f"{HEADERS[1]}old.asn1: do not edit -->\n", encoding="utf-8")
    (tmp_path / "empty.md").write_text("", encoding="utf-8")
    found = differences(tmp_path, {"new.md": "text\n"})
    assert [str(difference) for difference in found] == [
        f"{(tmp_path / 'new.md').as_posix()} is missing",
        f"{(tmp_path / 'old.md').as_posix()} is left over: nothing generates it any more",
    ]


# Our editions


def test_an_edition_is_named_as_in_the_source_tree_wherever_it_is() -> None:
    job = edition_job("2013")
    assert [source.name for source in job.sources] == ["asn1/2013/acse.asn1", "asn1/2013/xdlms.asn1"]
    assert job.package == "xdlms_apdu.v2013"
    assert all(source.path.is_file() for source in job.sources)


def test_every_edition_in_the_source_tree_is_shipped() -> None:
    folder = edition_job(EDITIONS[0]).sources[0].path.parents[1]
    assert tuple(sorted(path.name for path in folder.iterdir() if path.is_dir())) == EDITIONS
    generated = generated_folder()
    assert generated is not None
    assert sorted(path.name for path in (generated / "xdlms_apdu").glob("v*")) == [f"v{name}" for name in EDITIONS]


def test_the_committed_packages_and_pages_are_what_the_compiler_writes(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["--check"])
    out, err = capsys.readouterr()
    assert (code, err) == (DONE, ""), out
