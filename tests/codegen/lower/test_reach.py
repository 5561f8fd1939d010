"""The rule of a type and the module of its class, by what reaches it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from xdlms_codegen.lower.context import AXDR, BER, Context
from xdlms_codegen.model import SchemaError

ContextOf = Callable[..., Context]

TWO_ROOTS = """
One ::= CHOICE { a [1] IMPLICIT A }
Two ::= CHOICE { b [2] IMPLICIT B }
A ::= SEQUENCE { x Shared }
B ::= SEQUENCE { y OCTET STRING }
Shared ::= SEQUENCE { z BOOLEAN }
"""
BINDING = '[roots]\nOne = "axdr"\nTwo = "ber"\n'


def test_a_type_has_the_rule_of_the_root_that_reaches_it(context_of: ContextOf) -> None:
    rules = context_of(TWO_ROOTS, BINDING).rules
    assert {name: rules[name] for name in ("A", "B", "Shared")} == {"A": AXDR, "B": BER, "Shared": AXDR}


def test_a_type_that_both_rules_reach_is_a_problem_with_both_paths(context_of: ContextOf) -> None:
    with pytest.raises(
        SchemaError, match="Shared is reached in A-XDR by One > A > Shared and in BER by Two > B > Shared"
    ):
        context_of(TWO_ROOTS.replace("y OCTET STRING", "y Shared"), BINDING)


def test_an_application_tag_inside_axdr_is_ber(context_of: ContextOf) -> None:
    context = context_of("Message ::= CHOICE { a [1] A }\nA ::= SEQUENCE { x B }\nB ::= [APPLICATION 31] BOOLEAN")
    assert (context.rules["A"], context.rules["B"]) == (AXDR, BER)


def test_what_one_apdu_uses_is_in_its_module_and_what_two_use_is_in_common(context_of: ContextOf) -> None:
    context = context_of(
        "Message ::= CHOICE { a [1] A, b [2] B }\n"
        "A ::= SEQUENCE { own Own, shared Shared }\nB ::= SEQUENCE { shared Shared }\n"
        "Own ::= SEQUENCE { x NULL }\nShared ::= SEQUENCE { y BOOLEAN }"
    )
    assert dict(context.modules) == {"Message": "message", "A": "a", "B": "b", "Own": "a", "Shared": "common"}


@pytest.mark.parametrize("name", ["Import", "Syntax", "Types", "Schema", "Entry", "Decode"])
def test_a_module_has_no_name_that_python_or_the_package_has(context_of: ContextOf, name: str) -> None:
    context = context_of(f"Message ::= CHOICE {{ a [1] {name} }}\n{name} ::= SEQUENCE {{ x NULL }}")
    assert context.modules[name] == f"{name.lower()}_"


def test_first_octets_that_two_roots_have_are_a_problem(context_of: ContextOf) -> None:
    both = TWO_ROOTS.replace("a [1] IMPLICIT A", "a [162] IMPLICIT A")
    with pytest.raises(SchemaError, match=r"the first octet A2 of Two.b is that of One.a"):
        context_of(both, BINDING)
