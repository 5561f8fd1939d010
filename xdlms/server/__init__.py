"""A server of DLMS/COSEM: logical devices with objects, on asyncio.

The modules, from the bottom up::

    access                  access rights of a client to attributes and methods
    objects                 what an object is, and what it is told of a request
    device                  logical devices: clients, objects, short names
    association_objects     the current association objects (classes 12 and 15)
    calls                   asking an object, whatever it does
    dispatch                from the .indication of a service to its .response
    limits                  how many, how long, how often
    session                 one association
    connection              the associations on one link
    serving                 `serve`

A server needs devices; `xdlms.meter` has some::

    device = LogicalDevice(1, b"XDL0000000000001", [Client(sap=16, settings=ServerSettings())])
    device.add(some_object, reading(2))
    async with await serve("tcp://127.0.0.1:4059", device) as server:
        ...
"""

from xdlms.server.access import AttributeAccess, MethodAccess, Rights, reading
from xdlms.server.device import Client, LogicalDevice
from xdlms.server.limits import Limits
from xdlms.server.objects import AccessError, CosemObject, MethodError, Request
from xdlms.server.serving import Server, serve
from xdlms.server.session import Session

__all__ = [
    "AccessError",
    "AttributeAccess",
    "Client",
    "CosemObject",
    "Limits",
    "LogicalDevice",
    "MethodAccess",
    "MethodError",
    "Request",
    "Rights",
    "Server",
    "Session",
    "reading",
    "serve",
]
