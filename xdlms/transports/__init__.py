"""What carries the octets of links: asyncio streams and datagrams, for clients and servers alike.

=============== ===================================================================================
module          subject
=============== ===================================================================================
address         the URLs that say how a peer is reached
driver          moves octets between a link and its medium, and keeps the link's time
links           the link that belongs to an address
streams         TCP
datagrams       UDP
line_settings   speed, data bits, parity and stop bits of a serial line
mode_e          the opening in mode E, of clients and of meters, on a serial line or behind a converter
serial          serial lines
opening         `open_link`, for clients
listening       `listen`, for servers
=============== ===================================================================================

The package knows links, and no association: what it tells its user are the events of the link.
"""

from xdlms.transports.address import Address, AddressError, Scheme
from xdlms.transports.driver import LinkDriver, LinkUser
from xdlms.transports.links import LinkOptions, make_link
from xdlms.transports.listening import Listener, listen
from xdlms.transports.opening import open_link

__all__ = [
    "Address",
    "AddressError",
    "LinkDriver",
    "LinkOptions",
    "LinkUser",
    "Listener",
    "Scheme",
    "listen",
    "make_link",
    "open_link",
]
