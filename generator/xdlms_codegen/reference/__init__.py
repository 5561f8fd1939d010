"""The reference: what every APDU and type is, octet by octet, from the same model as the codecs.

``sources``
    the text of the modules: the notation of each type, the sections that it stands in
``history``
    what earlier editions lack, or call otherwise
``pages``
    which type is told on which page, and the links between them
``layout``
    the octets of a type, one row for each run
``curated``
    examples that people chose, by type
``examples``
    an example as it is shown: octets, Python, JSON
``sections``
    all that is said of a type
``build``
    the files
"""
