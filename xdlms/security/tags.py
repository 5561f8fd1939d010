"""Which ciphered APDU holds which plain one, and who sends it.

All of it follows from the abstract syntax: the glo- and ded- alternatives of XDLMS-APDU carry the name
of the service in theirs. Only the spelling is levelled out, since the standard writes
ded-actionRequest beside ded-action-response.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final

from xdlms.codec.schema import Choice, TypeInfo
from xdlms.security.suite import Form
from xdlms_apdu.v2023 import TYPES

_ROOT: Final = "XDLMS-APDU"
_ACSE_ROOT: Final = "ACSE-APDU"
ROOTS: Final = (_ACSE_ROOT, _ROOT)
"""The types whose alternatives are the APDUs."""
_PREFIX_LENGTH: Final = len("glo-")
_OTHER_PROTECTED: Final = ("general-ciphering", "general-signing")
_PASS_PLAIN: Final = ("exception-response", "confirmedServiceError")
# They agree the dedicated key, so it cannot cipher them; the standard has tags for it all the same.
_NEVER_DEDICATED: Final = ("initiateRequest", "initiateResponse")
_UNSOLICITED: Final = ("event-notification-request", "informationReportRequest", "data-notification")


class CipheredTag:
    """The first octet of a ciphered APDU: its form, and the first octets of the plain APDUs it may hold."""

    __slots__ = ("dedicated", "form", "general", "holds")

    def __init__(self, form: Form, holds: frozenset[int]) -> None:
        self.form = form
        self.holds = holds
        self.general = form.is_general
        self.dedicated = form.is_dedicated


class ApduTags:
    """The first octets of the APDUs of one edition, as ciphering sees them.

    Args:
        types: the `TYPES` of a generated package.

    Raises:
        ValueError: the abstract syntax has a ciphered alternative without a plain one.
    """

    __slots__ = (
        "_ciphered_tags",
        "_from_server",
        "acse",
        "ciphered",
        "initiate_request",
        "pass_plain",
        "plain",
        "protected",
        "types",
    )

    def __init__(self, types: Mapping[str, TypeInfo]) -> None:
        self.types = types
        """The types of the edition."""
        tags = _alternatives(types, _ROOT)
        services = {_level(name): tag for name, tag in tags.items()}
        forms = {tag: form for name, tag in tags.items() if (form := _form_of(name)) is not None}
        self.protected = frozenset(forms) | {tags[name] for name in _OTHER_PROTECTED if name in tags}
        """The tags of everything that protects another APDU: none of it may stand inside a ciphered APDU."""
        self.plain = frozenset(tags.values()) - self.protected
        """The tags of the plain xDLMS APDUs."""
        never_dedicated = {tags[name] for name in _NEVER_DEDICATED}
        self.ciphered: dict[int, CipheredTag] = {}
        """What each tag of a ciphered APDU says."""
        self._ciphered_tags: dict[tuple[Form, int], int] = {}
        for name, tag in tags.items():
            form = forms.get(tag)
            if form is None:
                continue
            holds = self.plain if form.is_general else {services.get(_level(name[_PREFIX_LENGTH:]), -1)} & self.plain
            if not holds:
                raise ValueError(f"{_ROOT} has {name}, but no alternative that it could hold")
            if form.is_dedicated:
                holds = holds - never_dedicated
            self.ciphered[tag] = CipheredTag(form, frozenset(holds))
            self._ciphered_tags.update({(form, plain): tag for plain in holds})
        self.acse = frozenset(_alternatives(types, _ACSE_ROOT).values())
        """The tags of the ACSE APDUs."""
        self.pass_plain = self.acse | {tags[name] for name in _PASS_PLAIN}
        """The tags of the APDUs that pass plain whatever the policy says, and are never trusted."""
        self.initiate_request = tags["initiateRequest"]
        self._from_server = frozenset(
            tag
            for name, tag in tags.items()
            if name in _UNSOLICITED or name in _PASS_PLAIN or _level(name).endswith("response")
        )

    def ciphered_tag(self, form: Form, plain: int) -> int | None:
        """The first octet of the ciphered APDU for a plain one, or None where it has no such form."""
        return self._ciphered_tags.get((form, plain))

    def sent_by_server(self, plain: int) -> bool:
        """Whether a server, and not a client, sends the plain xDLMS APDU with this tag."""
        return plain in self._from_server


@cache
def standard_tags() -> ApduTags:
    """The tags of the newest edition; those of the older ones are among them."""
    return ApduTags(TYPES)


def _alternatives(types: Mapping[str, TypeInfo], root: str) -> dict[str, int]:
    choice = types[root].type
    if not isinstance(choice, Choice):
        raise ValueError(f"{root} is not a CHOICE")
    return {alternative.name: alternative.tag for alternative in choice.alternatives}


def _form_of(name: str) -> Form | None:
    # The values of Form are the standard's: prefixes of services, and the names of the general APDUs.
    for form in Form:
        if name == form.value if form.is_general else name.startswith(form.value):
            return form
    return None


def _level(name: str) -> str:
    return name.replace("-", "").lower()
