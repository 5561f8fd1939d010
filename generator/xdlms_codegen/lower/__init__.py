"""From the schema to the codec plan: the last step that decides anything.

``build``
    the context, where everything is decided before text is made, with what cannot be encoded or named
``reach``, ``choices``, ``species``, ``borrow``
    the rule and the module of every type; what alternatives are in Python; what an extension takes over
``axdr_read``, ``axdr_write``, ``layout``, ``ber``, ``tags``
    the fast paths, for what is usual; what is not is left to the runtime's slow path
``items``, ``choice_items``, ``kernel_items``, ``table``, ``package``
    the plans of classes, of the table of types, of modules, and of the package
"""

from xdlms_codegen.lower.borrow import build_extension
from xdlms_codegen.lower.build import build_context
from xdlms_codegen.lower.package import lower

__all__ = ["build_context", "build_extension", "lower"]
