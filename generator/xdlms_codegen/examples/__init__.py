"""Octets and values made from the model, to show what a schema means: for the reference and for comparisons.

``maker``
    the smallest octets of every type, and the smallest APDU that holds a given part
``codecs``
    the packages that were generated, loaded to decode what was made
"""
