"""From the plan to files of Python: jinja2 places the text, black lays it out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from xdlms_codegen.layout import LINE_LENGTH, format_all
from xdlms_codegen.lower.scope import TYPING_MODULE
from xdlms_codegen.lower.text import hex_bytes, tuple_text
from xdlms_codegen.plan import CommentedPlan, FieldPlan, PackagePlan, SequencePlan, WrapperPlan
from xdlms_codegen.resources import resource

ABI = 1
"""The version of the runtime that the code is for."""


@dataclass(frozen=True, slots=True)
class Paragraphs:
    """A comment as a docstring takes it: the first line, then the rest, and where it comes from, last."""

    first: str
    rest: tuple[str, ...]
    source: tuple[str, ...]


def render(plan: PackagePlan) -> dict[str, str]:
    """The files of a package, formatted, by name."""
    texts = texts_of(plan)
    return format_all(texts)


def texts_of(plan: PackagePlan) -> dict[str, str]:
    """The files of a package as the templates leave them: the same code, not yet laid out."""
    environment = environment_for(plan)
    header = f"# Generated from {', '.join(plan.sources)}: do not edit, run `{plan.command}`."
    common = {"plan": plan, "header": header, "abi": ABI}
    texts = {"__init__.py": environment.get_template("init.py.jinja").render(common)}
    texts["syntax.py"] = environment.get_template("syntax.py.jinja").render(common)
    texts["types.py"] = environment.get_template("types.py.jinja").render(common)
    for module in plan.modules:
        texts[f"{module.name}.py"] = environment.get_template("module.py.jinja").render(common, module=module)
    return texts


def environment_for(plan: PackagePlan) -> Environment:
    """jinja2 with the filters that the templates use, which only lay out."""
    environment = Environment(
        loader=FileSystemLoader(resource("templates") / "python"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    roots = {f"decode_{root.function}": root.python_name for root in plan.roots}
    environment.filters |= {
        "paragraphs": paragraphs,
        "one_line": lambda text: safe(" ".join(text.split())),
        "components": components,
        "slots": slots,
        "names": lambda items: names(list(items)),
        "import_groups": import_groups,
        "typing_names": lambda imports: dict(imports).get(TYPING_MODULE, ()),
        "match_args": match_args,
        "octets": hex_bytes,
        "parameters": parameters,
        "equalities": equalities,
        "representation": representation,
        "value_equality": value_equality,
        "value_representation": value_representation,
        "contained_type": lambda function: roots[function],
    }
    return environment


def import_groups(imports: Sequence[tuple[str, tuple[str, ...]]]) -> list[list[tuple[str, tuple[str, ...]]]]:
    """The standard library's modules, which have no dots here, before the others.

    Without `typing`, which only checkers need: it takes longer to import than all the classes of an edition.
    """
    imports = [item for item in imports if item[0] != TYPING_MODULE]
    standard = [item for item in imports if "." not in item[0]]
    return [group for group in (standard, [item for item in imports if "." in item[0]]) if group]


def safe(text: str) -> str:
    """Text for a docstring."""
    text = text.replace("\\", "\\\\").replace('"""', "'''")
    return f"{text} " if text.endswith('"') else text


def paragraphs(item: CommentedPlan) -> Paragraphs:
    """The lines of a type's comment; the name of one that has none."""
    lines = safe(item.comment or f"{item.name}.").splitlines()
    place = next((number for number, line in enumerate(lines) if line.startswith("Source:")), len(lines))
    first, *rest = lines[:place] or [""]
    return Paragraphs(first, tuple(["", *rest] if rest else []), tuple(lines[place:]))


def components(fields: Sequence[FieldPlan]) -> list[str]:
    """What the abstract syntax says of each component."""
    lines = []
    for field in fields:
        if field.comment:
            text = safe(f"{field.attribute}: {' '.join(field.comment.split())}")
            lines += wrap(text, LINE_LENGTH - 6, subsequent_indent="    ", break_on_hyphens=False)
    return lines


def names(items: list[str]) -> str:
    """A tuple of strings."""
    return tuple_text([f'"{item}"' for item in items])


def slots(plan: SequencePlan) -> str:
    """The attributes: the components, and what `read` keeps for the properties of contained APDUs."""
    return names([field.attribute for field in plan.fields] + [f"_{name}" for name, _, _ in plan.contained])


def match_args(plan: SequencePlan) -> str:
    """The components by position: as the constructor takes them."""
    return names(list(plan.parameters))


def parameters(plan: SequencePlan) -> list[FieldPlan]:
    by_attribute = {field.attribute: field for field in plan.fields}
    return [by_attribute[attribute] for attribute in plan.parameters]


def equalities(fields: Sequence[FieldPlan]) -> str:
    return "".join(equality(field.attribute, field.is_union) for field in fields)


def equality(attribute: str, is_union: bool) -> str:
    if is_union:
        return f" and same(self.{attribute}, other.{attribute})"
    return f" and self.{attribute} == other.{attribute}"


def representation(plan: SequencePlan) -> str:
    """The text of a repr, a piece for each component, as black does not break strings."""
    pieces = [f"{field.attribute}={shown(field.attribute, field.secret)}" for field in plan.fields]
    whole = f"{plan.python_name}({', '.join(pieces)})"
    if len(whole) < LINE_LENGTH - 20:
        return f'f"{whole}"'
    lines = [f'f"{piece}, "' for piece in pieces[:-1]] + [f'f"{pieces[-1]})"']
    return "(" + "\n".join([f'"{plan.python_name}("', *lines]) + ")"


def shown(attribute: str, secret: bool) -> str:
    return f"{{hidden(self.{attribute})}}" if secret else f"{{self.{attribute}!r}}"


def value_equality(plan: WrapperPlan) -> str:
    return equality("value", plan.is_union) if plan.annotation else ""


def value_representation(plan: WrapperPlan) -> str:
    """The text of a repr."""
    if plan.annotation is None:
        return f'"{plan.python_name}()"'
    return f'f"{plan.python_name}({shown("value", plan.secret)})"'
