"""Two schemas compared: what changed, what it does to octets, and an example of each change.

``changes``
    what a comparison finds
``notation``
    types in the notation of ASN.1
``pairing``
    which definition of one schema is which of the other
``members``, ``leaves``, ``compare``
    the changes of components and alternatives, of types without components, of definitions
``makes``
    recipes for the values that show a change
``sides``, ``difference``
    schemas with their codecs, and the whole comparison
``report``, ``editions``, ``command``
    for people and programs, for the documents, on the command line
"""
