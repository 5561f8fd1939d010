"""The compiler of the abstract syntax: text -> parse -> model -> passes -> lower -> render -> text.

Each arrow is a module of its own:

``scan``
    the characters of a file to tokens and comments, each with its line and column
``syntax``
    tokens to a tree of types with their places; refuses what the rest cannot compile
``parse``
    the tree joined with what asn1tools reads, as the values of ``model``
``passes``
    the checks and transformations of a schema, in order
``problems``
    what is wrong with a schema, shown to people

The package imports nothing of the run time.
"""
