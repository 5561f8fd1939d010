"""From the schema to the codec plan: the last step that decides anything.

``build`` makes the context: ``reach`` gives every type its encoding rule and its module, ``choices`` says
what alternatives are in Python, ``borrow`` what an extension takes over from its base. Then ``axdr`` and
``ber`` plan the fast paths, ``items`` the classes, ``table`` what the runtime must know of a type, and ``package`` puts it all together.
"""

from xdlms_codegen.lower.borrow import build_extension
from xdlms_codegen.lower.build import build_context
from xdlms_codegen.lower.package import lower

__all__ = ["build_context", "build_extension", "lower"]
