"""The grammar of ASN.1 as far as it is compiled: from tokens to a tree in which everything has its place.

``modules`` reads modules and what they define, ``types`` the types in them, ``constraints`` the numbers,
ranges, sizes and defaults; ``tree`` is what they give, ``reader`` the place in the tokens they read
from, and ``comments`` finds which comment belongs to what.
"""
