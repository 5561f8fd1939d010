"""From the schema to the codec plan: the last step that decides anything.

``reach`` gives every type its encoding rule and its module, ``choices`` says what alternatives are in
Python, ``axdr`` and ``ber`` plan the fast paths, ``table`` writes what the runtime must know of a type,
``package`` puts it all together.
"""

from xdlms_codegen.lower.package import lower

__all__ = ["lower"]
