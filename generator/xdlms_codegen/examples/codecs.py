"""The codecs that were generated, at work: a package that is installed, or one that only memory holds.

This is the one place where the compiler runs what it wrote. The generated code brings the runtime
along; what is asked of it here is the public face of every generated package.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from typing import Any, Final

_FILE_OF_PACKAGE: Final = "__init__.py"


class Codecs:
    """What a generated package does with octets."""

    def __init__(self, package: Any) -> None:
        self._package = package

    def decode(self, octets: bytes) -> Any:
        """The APDU; raises ValueError with the reason, the field and the octet."""
        return self._package.decode(octets)

    def decode_type(self, name: str, octets: bytes) -> Any:
        """The value of a type by its ASN.1 name; raises ValueError as `decode`."""
        return self._package.decode_type(name, octets)


class _Memory(MetaPathFinder, Loader):
    """Finds and loads the modules of one package whose texts are given."""

    def __init__(self, package: str, files: Mapping[str, str]) -> None:
        self._texts = {
            package if name == _FILE_OF_PACKAGE else f"{package}.{name.removesuffix('.py')}": text
            for name, text in files.items()
            if name.endswith(".py")
        }
        self._package = package

    def find_spec(self, fullname: str, path: object, target: object = None) -> ModuleSpec | None:
        if fullname not in self._texts:
            return None
        return spec_from_loader(fullname, self, origin="memory", is_package=fullname == self._package)

    def exec_module(self, module: Any) -> None:
        name = module.__name__
        exec(compile(self._texts[name], f"<{name}>", "exec"), module.__dict__)


@contextmanager
def codecs_in_memory(package: str, files: Mapping[str, str]) -> Iterator[Codecs]:
    """The codecs of a package that was rendered; it can be imported under its name as long as this lasts."""
    finder = _Memory(package, files)
    sys.meta_path.insert(0, finder)
    try:
        yield Codecs(import_module(package))
    finally:
        sys.meta_path.remove(finder)
        for name in [name for name in sys.modules if name == package or name.startswith(f"{package}.")]:
            del sys.modules[name]
