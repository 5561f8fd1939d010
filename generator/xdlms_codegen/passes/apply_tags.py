"""How every tag is applied: the tag default of the module, and automatic tags.

After this pass no tag has the mode DEFAULT. A tag on an untagged CHOICE is explicit, whatever is
written, because there is nothing that it could replace (ITU-T X.680 clause 31.2.7).
"""

from __future__ import annotations

from dataclasses import replace

from xdlms_codegen.model import (
    Choice,
    Module,
    Problem,
    Schema,
    Sequence,
    Tag,
    TagClass,
    TagMode,
    Type,
    TypeDefinition,
)
from xdlms_codegen.passes.lookup import Types, change_definitions, change_types


def run(schema: Schema) -> tuple[Schema, list[Problem]]:
    """Give every tag its mode, and the types of modules with AUTOMATIC TAGS their tags."""
    types = Types(schema)

    def change(module: Module, definition: TypeDefinition) -> TypeDefinition:
        def settle(type_: Type) -> Type:
            if module.automatic_tags and isinstance(type_, Sequence | Choice):
                type_ = _tagged(type_, types)
            return _with_mode(type_, module.tag_default, types)

        return replace(definition, type=change_types(definition.type, settle))

    return change_definitions(schema, change), []


def _with_mode(type_: Type, tag_default: TagMode, types: Types) -> Type:
    tag = type_.tag
    if tag is None:
        return type_
    mode = tag_default if tag.mode is TagMode.DEFAULT else tag.mode
    if types.is_untagged_choice(type_):
        mode = TagMode.EXPLICIT
    return replace(type_, tag=replace(tag, mode=mode))


def _tagged(type_: Sequence | Choice, types: Types) -> Sequence | Choice:
    """Number the members from 0, unless one of them has a tag of its own (X.680 clauses 24.7 and 28.5)."""
    if any(member.type.tag is not None for member in type_.members):
        return type_
    members = tuple(
        replace(member, type=_with_mode(replace(member.type, tag=_tag(number)), TagMode.IMPLICIT, types))
        for number, member in enumerate(type_.members)
    )
    return replace(type_, members=members)


def _tag(number: int) -> Tag:
    return Tag(TagClass.CONTEXT, number, TagMode.IMPLICIT)
