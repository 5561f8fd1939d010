"""Every form of a wrong schema has its file in the corpus: a table of the forms, and the files that show each.

A form that cannot be a file of its own has a test instead, named as `FILE::TEST`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

TESTS = Path(__file__).parent
BAD = TESTS.parent / "schemas" / "bad"

FORMS: dict[str, str] = {
    # Characters and files
    "empty file": "009",
    "a file that is a folder": "test_parse.py::test_a_folder_is_no_file",
    "a file that is not there": (
        "test_parse.py::test_a_file_that_cannot_be_read_is_a_problem_of_that_file_beside_the_others"
    ),
    "a file given twice": "test_parse.py::test_a_file_given_twice_is_refused",
    "a file that is too large": "test_generate.py::test_a_file_that_is_too_large_is_refused_in_a_moment",
    "not UTF-8": "135 184",
    "UTF-16": "test_parse.py::test_a_file_in_another_encoding_is_one_problem_and_not_more",
    "a binding that is not UTF-8": "187",
    "the octet 00": "185",
    "byte order mark, tabs, lines that end with CR LF": "186",
    "characters of a word processor": "017 018 183",
    "characters that ASN.1 does not use": "029",
    "underscores, hyphens at the end, digits that begin with 0": "013 014 019 163",
    "strings and comments that are not closed": "015 016 180 181 182",
    "strings of digits": "028 183",
    # Syntax
    "missing or superfluous commas": "001 002 146 164",
    "missing ::=": "004",
    "braces that are not closed": "005",
    "missing type": "201",
    "the end of the file inside": "147",
    "capital and small letters": "010 011",
    "words of ASN.1 as names": "012",
    "tags": "024 025 026",
    "what stands behind a definition": "033",
    "several problems in one run": "034 160 162 163 164",
    "nesting without end": "035 test_generate.py::test_nesting_without_end_is_one_clear_error",
    # The frame of a module
    "missing DEFINITIONS, BEGIN, TAGS, END": "003 006 007 008 171 172 175",
    "heads that are misspelt": "170 173",
    "definitions behind END": "174",
    "EXPORTS": "119 140 141 177 178",
    # IMPORTS
    "import from a missing module": "109 202",
    "import of a missing type": "110 202",
    "import of a missing value": "111 202",
    "import from two modules": "112",
    "import of a name twice": "113 202",
    "import of a name of one's own": "114",
    "import from itself": "115 202",
    "IMPORTS that cannot be read": "116 117 118 142 143 144 176 179",
    "IMPORTS in a wrong place": "178",
    # References
    "undefined type": "036 037 162",
    "undefined value": "120 162",
    "circular types": "038 039",
    "types without end": "040 041",
    "circular values": "121",
    # Duplicates
    "type twice": "042 043",
    "module twice": "044",
    "value twice": "122",
    "component or alternative twice": "045 046",
    "enumeration name or number twice": "047 048",
    "named number or bit twice": "049 050",
    "tag twice": "053 054 055 056 057 194",
    "tag of what is refused": "200",
    "first octet twice, or reserved": "198",
    # Constraints and numbers
    "bit outside the size": "051 052 136",
    "range without values": "058 060",
    "range beyond 64 bits": "059",
    "size that cannot be": "061 062",
    "constraint beyond that of its type": "063 064 069",
    "constraint on what has none": "065 066 067 068",
    "numbers that A-XDR cannot send": "195",
    # Types that A-XDR has not
    "SET": "070",
    "SET OF": "071 077 204",
    "EXTERNAL": "072 204",
    "ANY": "073 074 204",
    "REAL": "075 204",
    "EMBEDDED PDV": "076 204",
    "wide character strings": "196",
    "other types": "108 204",
    # What the parser of record misreads
    "Mod.Type": "078 205",
    "Mod.value": "125",
    "value references as tags": "079 205",
    "unions": "080",
    "intersections": "081 205",
    "second constraints": "082 205",
    "CONTAINING": "083 205",
    "EXCEPT": "085 205",
    "DEFAULT {..}": "133 205",
    "a default of another type, through references too": "126 127 128 129 130 131 132 205",
    "values with several wrong parts": "207",
    "what a rule cannot encode, beside other problems": "195 208",
    "named bits": "031 050 051 136",
    "markers in constraints": "086 205",
    "open ranges": "090 205",
    "names of elements": "107",
    "values in braces": "139",
    # What is not supported
    "ENCODED BY, alphabets, PATTERN, subtypes, constraints of users and tables": "084 087 088 089 091 092 093",
    "parameterized types": "094 143 161 206",
    "information object classes, their fields and objects": "095 096 206",
    "macros": "097 206",
    "value sets": "098 206",
    "COMPONENTS OF": "099 206",
    "selection types": "100 206",
    "groups of additions, markers, exceptions": "101 102 103 104 105 206",
    "EXTENSIBILITY IMPLIED": "106",
    "values of other types than INTEGER": "123 124",
    # Names in Python
    "classes of one name": "191 194",
    "classes that the generated code has": "192",
    "components, values and bits of one name, keywords and methods among them": "193 194",
    "clashes with other problems": "191 194",
    # The binding
    "no TOML": "188",
    "unused keys": "189 194",
    "values that mean nothing": "190",
    "no root": "199",
    "a type of two rules": "197",
    "entries of [extend]": "test_extend.py::test_what_cannot_be_added_is_a_problem_at_its_entry",
    "names in [extend]": "test_extend.py::test_a_wrong_name_does_not_hide_what_is_wrong_behind_it",
    # Consequences, which are no problems
    "several files": "203",
    "uses of what is refused": "161 170 176 180",
}


def rows() -> list[tuple[str, str]]:
    return [(form, each) for form, where in FORMS.items() for each in where.split()]


@pytest.mark.parametrize(("form", "where"), rows(), ids=lambda text: text.replace(" ", "-"))
def test_every_form_has_its_file_or_test(form: str, where: str) -> None:
    file, _, test = where.partition("::")
    if test:
        assert f"def {test}(" in (TESTS / file).read_text("utf-8"), form
    else:
        assert len(list(BAD.glob(f"{where}-*.asn1"))) == 1, form


def test_every_numbered_file_shows_a_form() -> None:
    shown = {each for where in FORMS.values() for each in where.split()}
    numbers = {path.name.partition("-")[0] for path in BAD.glob("[0-9]*.asn1")}
    assert numbers - shown - OF_SYNTAX == set()


OF_SYNTAX = {"020", "021", "022", "023", "027", "030", "032", "134", "137", "138", "145"}
"""Files that show a rule of the syntax which is no form of its own."""
