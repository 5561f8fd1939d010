"""Python names for ASN.1 names: by rule, by the binding, and where those of generated code are in the way."""

from __future__ import annotations

import ast
import builtins
import keyword
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from compiling import compile_text

from xdlms_codegen.lower.clashes import RUNTIME
from xdlms_codegen.names import attribute_name, class_name, constant_name, snake_name, value_name

GENERATED = Path(__file__).parents[2] / "generated" / "xdlms_apdu"

Compile = Callable[..., ModuleType]


@pytest.fixture
def compiled(tmp_path: Path) -> Compile:
    """Compiles definitions, and imports the package."""

    def compile_definitions(text: str, binding: str | None = None) -> ModuleType:
        package: ModuleType = compile_text(tmp_path, f"M DEFINITIONS ::= BEGIN\n{text}\nEND\n", binding)
        return package

    return compile_definitions


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Get-Request", "GetRequest"),
        ("GET-Request", "GetRequest"),
        ("EVENT-NOTIFICATION-Request", "EventNotificationRequest"),
        ("EXCEPTION-Response", "ExceptionResponse"),
        ("AARQ-apdu", "AARQ"),
        ("DataBlock-SA", "DataBlockSA"),
        ("Invoke-Id-And-Priority", "InvokeIdAndPriority"),
        ("get-request-normal", "GetRequestNormal"),
        ("apdu", "Apdu"),
        ("none", "None"),
    ],
)
def test_a_type_is_in_camel_case_with_the_letters_inside_words_as_they_are(name: str, expected: str) -> None:
    assert class_name(name) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("invoke-id-and-priority", "invoke_id_and_priority"),
        ("class", "class_"),
        ("initiateUpLoad", "initiate_up_load"),
        ("getTIAttribute", "get_ti_attribute"),
        ("encode", "encode_"),
        ("self", "self_"),
        ("name", "name"),
    ],
)
def test_a_component_is_in_snake_case_with_an_underscore_behind_a_keyword(name: str, expected: str) -> None:
    assert attribute_name(name) == expected


def test_values_leave_what_every_enumeration_has() -> None:
    assert [value_name(name) for name in ("name", "value", "real", "read", "other-reason")] == [
        *("name_", "value_", "real_", "read", "other_reason")
    ]


def test_constants_are_in_capitals() -> None:
    assert constant_name("DataAccessResult") == "DATA_ACCESS_RESULT"
    assert snake_name("DataAccessResult") == "data_access_result"


# What generated code has already


def imported_classes() -> set[str]:
    """The names in capitals that our generated code imports from elsewhere, or defines for itself in every package."""
    names = set()
    for path in GENERATED.glob("v*/*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            is_elsewhere = isinstance(node, ast.ImportFrom) and not str(node.module).startswith("xdlms_apdu")
            if is_elsewhere and path.name != "syntax.py":
                names |= {alias.asname or alias.name for alias in node.names}
        if path.name in ("__init__.py", "syntax.py"):
            for statement in ast.parse(path.read_text(encoding="utf-8")).body:
                if isinstance(statement, ast.ClassDef):
                    names.add(statement.name)
                if isinstance(statement, ast.AnnAssign | ast.Assign):
                    targets = [statement.target] if isinstance(statement, ast.AnnAssign) else statement.targets
                    names |= {target.id for target in targets if isinstance(target, ast.Name)}
    return {name for name in names if name[:1].isupper()}


def test_every_class_that_generated_code_imports_is_known_as_taken() -> None:
    assert len(imported_classes()) > 15
    assert sorted(imported_classes() - RUNTIME) == []


WORDS = sorted(
    {
        *(word.capitalize() for word in keyword.kwlist if word not in ("None", "True", "False")),
        *(word.capitalize() for word in ("decode", "decode_type", "schema", "entry", "syntax", "types", "common")),
        *("Object", "Exception", "ValueError", "Property", "Super", "Range", "Message-Readers", "Octets", "Named"),
    }
)


@pytest.mark.parametrize("rule", ["axdr", "ber"])
def test_types_may_be_called_as_modules_functions_and_keywords_of_python(compiled: Compile, rule: str) -> None:
    assert not set(WORDS) & set(dir(builtins)) - {"Exception", "ValueError"}
    types = [word.replace("_", "-") for word in WORDS]
    members = ",\n".join(f"  m{number} [{number}] IMPLICIT {name}" for number, name in enumerate(types[:31]))
    bodies = [f"{name} ::= SEQUENCE {{ {name.lower()} OCTET STRING, next BOOLEAN }}" for name in types]
    more = ",\n".join(f"  n{number} [{number}] IMPLICIT {name}" for number, name in enumerate(types[31:]))
    text = f"Message ::= CHOICE {{\n{members},\n  rest [40] EXPLICIT Rest\n}}\nRest ::= CHOICE {{\n{more}\n}}\n"
    package = compiled(text + "\n".join(bodies), f'[roots]\nMessage = "{rule}"\n')
    for number, name in enumerate(types):
        cls = package.TYPES[name].cls
        value = cls(b"\x01", True)
        assert cls.decode(value.encode()) == value
        if number < 31:
            # In BER the tag of the alternative makes another type of it, with a class of its own.
            apdu = value if rule == "axdr" else getattr(package, f"M{number}")(value)
            assert package.decode(apdu.encode()) == apdu


def test_a_type_called_as_what_generated_code_imports_is_a_problem_that_says_what_to_do(
    compiled: Compile, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "Message ::= CHOICE { one [1] IMPLICIT Struct, two [2] IMPLICIT Reader }\n" + "".join(
        f"{name} ::= SEQUENCE {{ first BOOLEAN }}\n" for name in ("Struct", "Reader")
    )
    with pytest.raises(AssertionError):
        compiled(text)
    why = "which the generated code uses: give it another name in the binding's [names]"
    problems = [line.partition(": ")[2] for line in capsys.readouterr().err.splitlines() if "asn1:" in line]
    assert problems == [f"Struct would be Struct in Python, {why}", f"Reader would be Reader in Python, {why}"]
    package = compiled(text, '[names]\nStruct = "MeterStruct"\nReader = "MeterReader"\n')
    assert package.decode(b"\x01\x01") == package.MeterStruct(True)
    assert package.TYPES["Reader"].cls is package.MeterReader


@pytest.mark.parametrize("name", ["none", "true", "false", "struct", "reader", "any", "self", "unusual", "decoded"])
def test_an_alternative_called_as_a_word_of_python_has_the_name_of_its_choice_in_front(
    compiled: Compile, name: str
) -> None:
    package = compiled(f"Message ::= CHOICE {{ {name} [1] IMPLICIT OCTET STRING, other [2] IMPLICIT OCTET STRING }}")
    cls = getattr(package, f"Message{name.capitalize()}")
    assert package.decode(b"\x01\x01\xff") == cls(b"\xff")
    assert cls(b"\xff").encode() == b"\x01\x01\xff"
    assert package.TYPES[f"Message.{name}"].cls is cls


# Names given twice


def problems_of(compiled: Compile, capsys: pytest.CaptureFixture[str], text: str) -> list[str]:
    with pytest.raises(AssertionError):
        compiled(text)
    return [line for line in capsys.readouterr().err.splitlines() if "asn1:" in line]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "Message ::= CHOICE { one [1] One-Two, two [2] OneTwo }\nOne-Two ::= SEQUENCE {}\nOneTwo ::= SEQUENCE {}",
            "One-Two and OneTwo",
        ),
        (
            "Message ::= CHOICE { one [1] SEQUENCE { a-b NULL, aB NULL } }",
            "aB and a-b are both a_b in Python, in Message.one",
        ),
        (
            "Message ::= CHOICE { one [1] ENUMERATED { on-off (0), onOff (1) } }",
            "onOff and on-off are both on_off in Python, in Message.one",
        ),
        (
            "Message ::= CHOICE { one [1] BIT STRING { on-off (0), onOff (1) } (SIZE (8)) }",
            "onOff and on-off are both on_off in Python, in Message.one",
        ),
    ],
)
def test_two_things_of_one_name_in_python_are_a_problem(
    compiled: Compile, capsys: pytest.CaptureFixture[str], text: str, problem: str
) -> None:
    (found,) = problems_of(compiled, capsys, text)
    assert all(word in found for word in problem.split(" and "))


def test_an_apdu_that_a_component_holds_takes_the_name_of_another_component(
    compiled: Compile, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "Message ::= CHOICE { one [1] One }\nOne ::= SEQUENCE { inner OCTET STRING, inner-apdu NULL }"
    with pytest.raises(AssertionError):
        compiled(text, '[contains]\n"One.inner" = "Message"\n')
    err = capsys.readouterr().err
    assert "the APDU in inner and inner-apdu are both inner_apdu in Python, in One" in err


# The table of types


def test_alternatives_of_one_name_are_told_apart_in_the_table_by_their_choice(compiled: Compile) -> None:
    package = compiled("""
Message ::= CHOICE { one [1] IMPLICIT SEQUENCE OF Answer, two [2] IMPLICIT SEQUENCE OF Reply }
Answer ::= CHOICE { number [0] IMPLICIT INTEGER (0..255), error [1] IMPLICIT INTEGER (0..255) }
Reply ::= CHOICE { number [0] IMPLICIT INTEGER (0..65535), other [1] IMPLICIT INTEGER (0..255) }
""")
    assert "number" not in package.TYPES
    assert package.TYPES["Answer.number"].cls is package.AnswerNumber
    assert package.TYPES["Reply.number"].cls is package.ReplyNumber
    assert package.TYPES["error"].cls is package.Error
