"""The tags of ciphered APDUs follow from the abstract syntax (clause 8)."""

import pytest

from xdlms.codec.schema import Alternative, Choice, Null, TypeInfo
from xdlms.security import Form
from xdlms.security.tags import ApduTags, standard_tags

TAGS = standard_tags()


def syntax(**alternatives: int) -> dict[str, TypeInfo]:
    """An abstract syntax with these APDUs beside the ones that every edition has."""
    every = {"initiateRequest": 1, "initiateResponse": 8, "confirmedServiceError": 14, "exception-response": 216}
    named = {**every, **{name.replace("_", "-"): tag for name, tag in alternatives.items()}}
    return {
        root: TypeInfo(root, Choice(*(Alternative(n, t, Null()) for n, t in tags.items())), rule=rule, source="test:1")
        for root, rule, tags in (("XDLMS-APDU", "A-XDR", named), ("ACSE-APDU", "BER", {"aarq": 0x60}))
    }


@pytest.mark.clause("8")
@pytest.mark.parametrize(
    ("form", "plain", "ciphered"),
    [
        (Form.SERVICE_GLO, 0xC0, 0xC8),
        (Form.SERVICE_DED, 0xC0, 0xD0),
        (Form.SERVICE_DED, 0xC3, 0xD3),  # ded-actionRequest
        (Form.SERVICE_DED, 0xC7, 0xD7),  # ded-action-response
        (Form.SERVICE_GLO, 0x18, 0x38),
        (Form.SERVICE_DED, 0x18, 0x58),
        (Form.SERVICE_GLO, 0x01, 0x21),
        (Form.SERVICE_DED, 0x01, None),
        (Form.SERVICE_GLO, 0xD8, None),
        (Form.SERVICE_GLO, 0x0F, None),
        (Form.SERVICE_GLO, 0x60, None),
        (Form.GENERAL_GLO, 0x0F, 0xDB),
        (Form.GENERAL_GLO, 0x01, 0xDB),
        (Form.GENERAL_GLO, 0x60, None),
        (Form.GENERAL_GLO, 0xC8, None),
        (Form.GENERAL_DED, 0xD8, 0xDC),
        (Form.GENERAL_DED, 0x08, None),
    ],
)
def test_the_ciphered_tag_of_a_plain_one(form: Form, plain: int, ciphered: int | None) -> None:
    assert TAGS.ciphered_tag(form, plain) == ciphered


@pytest.mark.clause("8")
def test_every_ciphered_service_is_32_or_64_or_8_or_16_above_the_plain_one() -> None:
    """How the standard chose its numbers; the names say the same."""
    for tag, meaning in TAGS.ciphered.items():
        for plain in () if meaning.general else meaning.holds:
            assert tag - plain in ((0x20, 0x40) if plain < 0x60 else (0x08, 0x10))


def test_what_passes_plain() -> None:
    assert TAGS.pass_plain == {0x60, 0x61, 0x62, 0x63, 0x0E, 0xD8}


def test_who_sends_what() -> None:
    assert [hex(tag) for tag in sorted(TAGS.plain) if not TAGS.sent_by_server(tag)] == [
        hex(tag) for tag in (0x01, 0x05, 0x06, 0x10, 0x16, 0xC0, 0xC1, 0xC3, 0xD9, 0xE0)
    ]


def test_a_service_that_a_vendor_adds_gets_its_ciphered_forms() -> None:
    tags = ApduTags(syntax(look_request=0x70, glo_look_request=0x71, ded_lookRequest=0x72))
    assert tags.ciphered_tag(Form.SERVICE_GLO, 0x70) == 0x71
    assert tags.ciphered_tag(Form.SERVICE_DED, 0x70) == 0x72


def test_an_edition_without_the_general_apdus_has_none() -> None:
    tags = ApduTags(syntax())
    assert tags.ciphered_tag(Form.GENERAL_GLO, 0x01) is None
    assert tags.protected == frozenset()


def test_a_ciphered_apdu_that_could_hold_nothing_is_an_error_of_the_syntax() -> None:
    with pytest.raises(ValueError, match="glo-look"):
        ApduTags(syntax(glo_look=0x71))


def test_a_root_that_is_no_choice() -> None:
    types = syntax()
    types["XDLMS-APDU"] = TypeInfo("XDLMS-APDU", Null(), rule="A-XDR", source="test:1")
    with pytest.raises(ValueError, match="is not a CHOICE"):
        ApduTags(types)
