"""What the command line is made of, for programs to use as well.

=============== ===================================================================================
module          subject
=============== ===================================================================================
hextext         hexadecimal digits as people write them, and files of captures
editions        the generated packages by edition; what kind of APDU octets are
reading         one APDU read, with everything there is to say about it
capture         from lines of octets to the APDUs in them: framing, prefixes
blocks          joining general block transfers
asn1_json       values as JSON by the names of the ASN.1, and back
json_values     from JSON to values, with the path to what is wrong
jsontext        JSON values in a text
tree, lines     values as a tree for people
words           values as the words of a tree
show            a value in words: logical names, date-times, invoke-ids, registered names
meaning         what structures mean together: value and unit, capture objects
date_time       the octets of a date-time in words
objects, units  names of objects, interface classes, attributes, units
envelope        what a ciphered APDU tells without a key
prefix          the gateway prefix, and an LLC header without its frame
decipher        deciphering with keys of a file, or of the environment
=============== ===================================================================================
"""
