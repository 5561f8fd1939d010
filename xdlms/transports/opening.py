"""Opening the medium of a link, for clients."""

from __future__ import annotations

import asyncio

from xdlms.profiles.link import Link
from xdlms.profiles.problems import FrameError
from xdlms.transports.address import Address, Scheme
from xdlms.transports.datagrams import ClientSocket
from xdlms.transports.driver import LinkDriver, LinkUser
from xdlms.transports.links import LinkOptions, make_link
from xdlms.transports.mode_e import ConverterLine, open_mode_e, opening_of
from xdlms.transports.serial import open_serial
from xdlms.transports.streams import StreamMedium

_USUAL = LinkOptions()


async def open_link(
    address: Address, user: LinkUser, *, timeout: float | None = None, options: LinkOptions = _USUAL
) -> LinkDriver:
    """Reach a server, and give the driver of the link to it. No association is connected yet.

    Args:
        address: how the server is reached.
        user: is told what happens on the link.
        timeout: seconds until the server must be reached; None: as long as the system tries.
        options: limits of the link.

    Raises:
        AddressError: the address has wrong options.
        OSError: the server cannot be reached; TimeoutError, which is one, when it was not in time.
    """
    loop = asyncio.get_running_loop()
    link = make_link(address, server=False, options=options)
    if address.scheme is Scheme.HDLC_SERIAL:
        return await open_serial(address, link, user, timeout=timeout)
    host, port = address.host, address.port
    if address.scheme is Scheme.HDLC_TCP:
        return await _open_converter(address, link, user, timeout)
    async with asyncio.timeout(timeout):
        if address.scheme is Scheme.UDP:
            _, socket = await loop.create_datagram_endpoint(lambda: ClientSocket(link, user), remote_addr=(host, port))
            driver = None if socket.medium is None else socket.medium.driver
        else:
            _, stream = await loop.create_connection(lambda: StreamMedium(link, user), host, port)
            driver = stream.driver
    if driver is None:
        raise ConnectionError("the connection was lost as soon as it was there")
    return driver


async def _open_converter(address: Address, link: Link, user: LinkUser, timeout: float | None) -> LinkDriver:
    """HDLC over TCP; the line behind a converter may have to be opened first."""
    opening = opening_of(address, None)
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(timeout):
        _, stream = await loop.create_connection(lambda: StreamMedium(link, user), address.host, address.port)
    if stream.driver is None:
        raise ConnectionError("the connection was lost as soon as it was there")
    if opening is not None:
        line = ConverterLine(stream)
        try:
            await open_mode_e(line, opening, f"{address.host}:{address.port}", timeout=timeout)
        except FrameError as error:
            stream.abort()
            raise OSError(f"{address.host}:{address.port}: {error.reason}") from None
        except BaseException:
            stream.abort()
            raise
        line.release()
    return stream.driver
