"""The communication profiles: how APDUs are carried (IEC 62056-5-3, Annex A).

=============== ===================================================================================
module          subject
=============== ===================================================================================
problems        what goes wrong on a link: `FrameError` to raise, `LinkProblem` to report
resync          cutting an octet stream into frames, and finding the way back after noise
link            what every link does, whatever carries it
wrapper         the TCP-UDP/IP wrapper (IEC 62056-47)
wrapper_link    the links of the wrapper, over streams and datagrams
wrapper_stream  wrapper messages in a stream that goes on behind damage
wrapper_scan    finding wrapper messages in a recording that may be damaged
hdlc            frames, addresses, parameters, LLC and segmentation of HDLC (IEC 62056-46)
mode_e          the opening of optical ports (IEC 62056-21, mode E)
mbus            long frames of wired M-Bus and the segments of an APDU in them (EN 13757-1, -2)
mbus_short      short frames and acknowledgements of wired M-Bus (EN 13757-2)
pushes          what comes from meters that push, of any framing, as it comes
registry        the communication profiles of Annex A, with their parameters
packets         what `unframe` gives: packets, link frames and their links
detect          which framing octets have
framing         `unframe`: from octets of any framing to the APDUs in them
=============== ===================================================================================

Everything here is sans-IO: octets in, values out; no socket, no clock. The package stands on
`xdlms.codec` and knows no APDU.
"""
