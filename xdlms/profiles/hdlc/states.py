"""The states of an HDLC connection, client and server, as two tables (IEC 62056-46, normal response mode).

A table has a row for every state and every input of its role: which state follows, and what is done. A link looks up
the row, changes the state, then does what the row says; it decides nothing else about a connection.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final, TypeAlias


class State(StrEnum):
    """The states of a connection."""

    DISCONNECTED = "normal disconnected mode"
    """NDM: there is no connection."""
    CONNECTING = "connecting"
    """Client only: SNRM was sent, or waits until the line is free."""
    CONNECTED = "normal response mode"
    """NRM."""
    LEAVING = "leaving"
    """Client only: DISC waits until the line is free."""
    DISCONNECTING = "disconnecting"
    """Client only: DISC was sent."""
    REJECTING = "frame reject condition"
    """Server only: FRMR was sent; the client has to connect anew, or to disconnect."""


class Input(StrEnum):
    """What comes to a connection: frames, the wishes of those who use it, and time."""

    # frames that a client sends
    SNRM = "SNRM"
    SNRM_REFUSED = "SNRM with unknown parameters, or that this server does not take"
    DISC = "DISC"
    # frames that a server sends
    UA = "UA"
    UA_UNREADABLE = "UA with parameters that cannot be read"
    DM = "DM"
    FRMR = "FRMR"
    # frames that both send
    INFORMATION = "I"
    RR = "RR"
    RNR = "RNR"
    UI = "UI"
    INVALID = "a frame that the rules do not allow: to a client's, FRMR is due"
    # the layers above
    CONNECT = "connect"
    DISCONNECT = "disconnect"
    SEND = "send, in numbered frames"
    SEND_UI = "send, in an unnumbered frame"
    HOLD = "nothing more can be taken"
    RESUME = "more can be taken again"
    TURN = "the line is free for the next command"
    # time, and the medium
    TIMEOUT = "no answer in time"
    EXHAUSTED = "no answer, and no retry left"
    INACTIVE = "no command for too long"
    LOST = "the medium is gone"


class Action(StrEnum):
    """What a link does with an input."""

    # the client
    PREPARE = "drop what is queued, and count attempts anew"
    SEND_SNRM = "send SNRM"
    SEND_DISC = "send DISC"
    SEND_QUEUED = "send what is queued, or RR with P = 1 if an answer is awaited"
    POLL = "ask with RR and P = 1 how far the server came"
    BEGIN = "take what was negotiated, and tell that the connection is there"
    GIVE_UP = "drop what is queued, and remember the reason for the end"
    # the server; an answer is sent if P = 1
    ACCEPT = "answer UA, and tell that the connection is there"
    ACCEPT_ANEW = "answer UA; if frames were exchanged, tell that the connection ended and a new one is there"
    SEND_UA = "answer UA"
    SEND_UA_AND_END = "answer UA, and tell that the connection ended"
    SEND_DM = "answer DM"
    SEND_DM_AND_END = "answer DM, and tell that the connection ended"
    SEND_FRMR = "answer FRMR"
    SEND_FRMR_AND_END = "answer FRMR, and tell that the connection ended"
    # both
    TAKE = "check the numbers, take the information"
    TAKE_UI = "take the unnumbered information"
    QUEUE = "queue the segments"
    QUEUE_UI = "queue the unnumbered frame"
    HOLD = "be busy: send RNR in place of RR, and leave numbered information to be sent again"
    RESUME = "be ready: send RR again"
    END = "tell that the connection ended, or could not be made"
    REFUSE = "refuse it to the layers above"
    DROP = "drop it and report it"
    IGNORE = "nothing"


Table: TypeAlias = dict[tuple[State, Input], tuple[State, Action]]

_S = State
_I = Input
_A = Action

CLIENT: Final[Table] = {
    # no connection
    (_S.DISCONNECTED, _I.CONNECT): (_S.CONNECTING, _A.PREPARE),
    (_S.DISCONNECTED, _I.DISCONNECT): (_S.DISCONNECTED, _A.END),
    (_S.DISCONNECTED, _I.SEND): (_S.DISCONNECTED, _A.REFUSE),
    (_S.DISCONNECTED, _I.SEND_UI): (_S.DISCONNECTED, _A.QUEUE_UI),
    (_S.DISCONNECTED, _I.HOLD): (_S.DISCONNECTED, _A.IGNORE),
    (_S.DISCONNECTED, _I.RESUME): (_S.DISCONNECTED, _A.IGNORE),
    (_S.DISCONNECTED, _I.TURN): (_S.DISCONNECTED, _A.SEND_QUEUED),
    (_S.DISCONNECTED, _I.UA): (_S.DISCONNECTED, _A.DROP),
    (_S.DISCONNECTED, _I.UA_UNREADABLE): (_S.DISCONNECTED, _A.DROP),
    (_S.DISCONNECTED, _I.DM): (_S.DISCONNECTED, _A.IGNORE),  # nothing to notify, to an empty UI frame
    (_S.DISCONNECTED, _I.FRMR): (_S.DISCONNECTED, _A.DROP),
    (_S.DISCONNECTED, _I.INFORMATION): (_S.DISCONNECTED, _A.DROP),
    (_S.DISCONNECTED, _I.RR): (_S.DISCONNECTED, _A.DROP),
    (_S.DISCONNECTED, _I.RNR): (_S.DISCONNECTED, _A.DROP),
    (_S.DISCONNECTED, _I.UI): (_S.DISCONNECTED, _A.TAKE_UI),
    (_S.DISCONNECTED, _I.INVALID): (_S.DISCONNECTED, _A.DROP),
    (_S.DISCONNECTED, _I.TIMEOUT): (_S.DISCONNECTED, _A.IGNORE),  # of an empty UI frame that was not answered
    (_S.DISCONNECTED, _I.EXHAUSTED): (_S.DISCONNECTED, _A.IGNORE),
    (_S.DISCONNECTED, _I.LOST): (_S.DISCONNECTED, _A.IGNORE),
    # SNRM was sent, or waits until the line is free
    (_S.CONNECTING, _I.CONNECT): (_S.CONNECTING, _A.IGNORE),
    (_S.CONNECTING, _I.DISCONNECT): (_S.LEAVING, _A.PREPARE),
    (_S.CONNECTING, _I.SEND): (_S.CONNECTING, _A.REFUSE),
    (_S.CONNECTING, _I.SEND_UI): (_S.CONNECTING, _A.QUEUE_UI),
    (_S.CONNECTING, _I.HOLD): (_S.CONNECTING, _A.IGNORE),
    (_S.CONNECTING, _I.RESUME): (_S.CONNECTING, _A.IGNORE),
    (_S.CONNECTING, _I.TURN): (_S.CONNECTING, _A.SEND_SNRM),
    (_S.CONNECTING, _I.UA): (_S.CONNECTED, _A.BEGIN),
    (_S.CONNECTING, _I.UA_UNREADABLE): (_S.LEAVING, _A.GIVE_UP),
    (_S.CONNECTING, _I.DM): (_S.DISCONNECTED, _A.END),
    (_S.CONNECTING, _I.FRMR): (_S.LEAVING, _A.GIVE_UP),
    (_S.CONNECTING, _I.INFORMATION): (_S.CONNECTING, _A.DROP),  # late, from the connection before
    (_S.CONNECTING, _I.RR): (_S.CONNECTING, _A.DROP),
    (_S.CONNECTING, _I.RNR): (_S.CONNECTING, _A.DROP),
    (_S.CONNECTING, _I.UI): (_S.CONNECTING, _A.TAKE_UI),
    (_S.CONNECTING, _I.INVALID): (_S.CONNECTING, _A.DROP),
    (_S.CONNECTING, _I.TIMEOUT): (_S.CONNECTING, _A.IGNORE),  # the line is free: SNRM again
    (_S.CONNECTING, _I.EXHAUSTED): (_S.DISCONNECTED, _A.END),
    (_S.CONNECTING, _I.LOST): (_S.DISCONNECTED, _A.END),
    # connected
    (_S.CONNECTED, _I.CONNECT): (_S.CONNECTED, _A.IGNORE),
    (_S.CONNECTED, _I.DISCONNECT): (_S.LEAVING, _A.PREPARE),
    (_S.CONNECTED, _I.SEND): (_S.CONNECTED, _A.QUEUE),
    (_S.CONNECTED, _I.SEND_UI): (_S.CONNECTED, _A.QUEUE_UI),
    (_S.CONNECTED, _I.HOLD): (_S.CONNECTED, _A.HOLD),
    (_S.CONNECTED, _I.RESUME): (_S.CONNECTED, _A.RESUME),
    (_S.CONNECTED, _I.TURN): (_S.CONNECTED, _A.SEND_QUEUED),
    (_S.CONNECTED, _I.UA): (_S.CONNECTED, _A.DROP),  # late, of an SNRM that was sent twice
    (_S.CONNECTED, _I.UA_UNREADABLE): (_S.CONNECTED, _A.DROP),
    (_S.CONNECTED, _I.DM): (_S.DISCONNECTED, _A.END),
    (_S.CONNECTED, _I.FRMR): (_S.LEAVING, _A.GIVE_UP),
    (_S.CONNECTED, _I.INFORMATION): (_S.CONNECTED, _A.TAKE),
    (_S.CONNECTED, _I.RR): (_S.CONNECTED, _A.TAKE),
    (_S.CONNECTED, _I.RNR): (_S.CONNECTED, _A.TAKE),
    (_S.CONNECTED, _I.UI): (_S.CONNECTED, _A.TAKE_UI),
    (_S.CONNECTED, _I.INVALID): (_S.LEAVING, _A.GIVE_UP),
    (_S.CONNECTED, _I.TIMEOUT): (_S.CONNECTED, _A.POLL),
    (_S.CONNECTED, _I.EXHAUSTED): (_S.DISCONNECTED, _A.END),
    (_S.CONNECTED, _I.LOST): (_S.DISCONNECTED, _A.END),
    # DISC is about to be sent
    (_S.LEAVING, _I.CONNECT): (_S.LEAVING, _A.REFUSE),
    (_S.LEAVING, _I.DISCONNECT): (_S.LEAVING, _A.IGNORE),
    (_S.LEAVING, _I.SEND): (_S.LEAVING, _A.REFUSE),
    (_S.LEAVING, _I.SEND_UI): (_S.LEAVING, _A.QUEUE_UI),
    (_S.LEAVING, _I.HOLD): (_S.LEAVING, _A.IGNORE),
    (_S.LEAVING, _I.RESUME): (_S.LEAVING, _A.IGNORE),
    (_S.LEAVING, _I.TURN): (_S.DISCONNECTING, _A.SEND_DISC),
    (_S.LEAVING, _I.UA): (_S.LEAVING, _A.IGNORE),  # the answer to SNRM
    (_S.LEAVING, _I.UA_UNREADABLE): (_S.LEAVING, _A.IGNORE),
    (_S.LEAVING, _I.DM): (_S.DISCONNECTED, _A.END),
    (_S.LEAVING, _I.FRMR): (_S.LEAVING, _A.IGNORE),
    (_S.LEAVING, _I.INFORMATION): (_S.LEAVING, _A.IGNORE),
    (_S.LEAVING, _I.RR): (_S.LEAVING, _A.IGNORE),
    (_S.LEAVING, _I.RNR): (_S.LEAVING, _A.IGNORE),
    (_S.LEAVING, _I.UI): (_S.LEAVING, _A.TAKE_UI),
    (_S.LEAVING, _I.INVALID): (_S.LEAVING, _A.IGNORE),
    (_S.LEAVING, _I.TIMEOUT): (_S.LEAVING, _A.IGNORE),  # the line is free: DISC
    (_S.LEAVING, _I.EXHAUSTED): (_S.DISCONNECTED, _A.END),
    (_S.LEAVING, _I.LOST): (_S.DISCONNECTED, _A.END),
    # DISC was sent
    (_S.DISCONNECTING, _I.CONNECT): (_S.DISCONNECTING, _A.REFUSE),
    (_S.DISCONNECTING, _I.DISCONNECT): (_S.DISCONNECTING, _A.IGNORE),
    (_S.DISCONNECTING, _I.SEND): (_S.DISCONNECTING, _A.REFUSE),
    (_S.DISCONNECTING, _I.SEND_UI): (_S.DISCONNECTING, _A.QUEUE_UI),
    (_S.DISCONNECTING, _I.HOLD): (_S.DISCONNECTING, _A.IGNORE),
    (_S.DISCONNECTING, _I.RESUME): (_S.DISCONNECTING, _A.IGNORE),
    (_S.DISCONNECTING, _I.TURN): (_S.DISCONNECTING, _A.SEND_DISC),
    (_S.DISCONNECTING, _I.UA): (_S.DISCONNECTED, _A.END),
    (_S.DISCONNECTING, _I.UA_UNREADABLE): (_S.DISCONNECTED, _A.END),
    (_S.DISCONNECTING, _I.DM): (_S.DISCONNECTED, _A.END),
    (_S.DISCONNECTING, _I.FRMR): (_S.DISCONNECTING, _A.DROP),  # of a frame before the DISC
    (_S.DISCONNECTING, _I.INFORMATION): (_S.DISCONNECTING, _A.DROP),
    (_S.DISCONNECTING, _I.RR): (_S.DISCONNECTING, _A.DROP),
    (_S.DISCONNECTING, _I.RNR): (_S.DISCONNECTING, _A.DROP),
    (_S.DISCONNECTING, _I.UI): (_S.DISCONNECTING, _A.TAKE_UI),
    (_S.DISCONNECTING, _I.INVALID): (_S.DISCONNECTING, _A.DROP),
    (_S.DISCONNECTING, _I.TIMEOUT): (_S.DISCONNECTING, _A.IGNORE),  # the line is free: DISC again
    (_S.DISCONNECTING, _I.EXHAUSTED): (_S.DISCONNECTED, _A.END),
    (_S.DISCONNECTING, _I.LOST): (_S.DISCONNECTED, _A.END),
}
"""The primary station. Commands that come to it, an own echo say, are dropped before, in every state."""

SERVER: Final[Table] = {
    # no connection
    (_S.DISCONNECTED, _I.SNRM): (_S.CONNECTED, _A.ACCEPT),
    (_S.DISCONNECTED, _I.SNRM_REFUSED): (_S.DISCONNECTED, _A.SEND_DM),
    (_S.DISCONNECTED, _I.DISC): (_S.DISCONNECTED, _A.SEND_DM),
    (_S.DISCONNECTED, _I.INFORMATION): (_S.DISCONNECTED, _A.SEND_DM),
    (_S.DISCONNECTED, _I.RR): (_S.DISCONNECTED, _A.SEND_DM),
    (_S.DISCONNECTED, _I.RNR): (_S.DISCONNECTED, _A.SEND_DM),
    (_S.DISCONNECTED, _I.UI): (_S.DISCONNECTED, _A.TAKE_UI),
    (_S.DISCONNECTED, _I.INVALID): (_S.DISCONNECTED, _A.SEND_DM),
    (_S.DISCONNECTED, _I.CONNECT): (_S.DISCONNECTED, _A.REFUSE),  # only a client connects
    (_S.DISCONNECTED, _I.DISCONNECT): (_S.DISCONNECTED, _A.IGNORE),
    (_S.DISCONNECTED, _I.SEND): (_S.DISCONNECTED, _A.REFUSE),
    (_S.DISCONNECTED, _I.SEND_UI): (_S.DISCONNECTED, _A.QUEUE_UI),
    (_S.DISCONNECTED, _I.HOLD): (_S.DISCONNECTED, _A.IGNORE),
    (_S.DISCONNECTED, _I.RESUME): (_S.DISCONNECTED, _A.IGNORE),
    (_S.DISCONNECTED, _I.INACTIVE): (_S.DISCONNECTED, _A.IGNORE),
    (_S.DISCONNECTED, _I.LOST): (_S.DISCONNECTED, _A.IGNORE),
    # connected
    (_S.CONNECTED, _I.SNRM): (_S.CONNECTED, _A.ACCEPT_ANEW),
    (_S.CONNECTED, _I.SNRM_REFUSED): (_S.DISCONNECTED, _A.SEND_DM_AND_END),
    (_S.CONNECTED, _I.DISC): (_S.DISCONNECTED, _A.SEND_UA_AND_END),
    (_S.CONNECTED, _I.INFORMATION): (_S.CONNECTED, _A.TAKE),
    (_S.CONNECTED, _I.RR): (_S.CONNECTED, _A.TAKE),
    (_S.CONNECTED, _I.RNR): (_S.CONNECTED, _A.TAKE),
    (_S.CONNECTED, _I.UI): (_S.CONNECTED, _A.TAKE_UI),
    (_S.CONNECTED, _I.INVALID): (_S.REJECTING, _A.SEND_FRMR_AND_END),
    (_S.CONNECTED, _I.CONNECT): (_S.CONNECTED, _A.REFUSE),
    (_S.CONNECTED, _I.DISCONNECT): (_S.DISCONNECTED, _A.END),  # the next command of the client is answered DM
    (_S.CONNECTED, _I.SEND): (_S.CONNECTED, _A.QUEUE),
    (_S.CONNECTED, _I.SEND_UI): (_S.CONNECTED, _A.QUEUE_UI),
    (_S.CONNECTED, _I.HOLD): (_S.CONNECTED, _A.HOLD),
    (_S.CONNECTED, _I.RESUME): (_S.CONNECTED, _A.RESUME),
    (_S.CONNECTED, _I.INACTIVE): (_S.DISCONNECTED, _A.END),
    (_S.CONNECTED, _I.LOST): (_S.DISCONNECTED, _A.END),
    # FRMR was sent
    (_S.REJECTING, _I.SNRM): (_S.CONNECTED, _A.ACCEPT),
    (_S.REJECTING, _I.SNRM_REFUSED): (_S.DISCONNECTED, _A.SEND_DM),
    (_S.REJECTING, _I.DISC): (_S.DISCONNECTED, _A.SEND_UA),
    (_S.REJECTING, _I.INFORMATION): (_S.REJECTING, _A.SEND_FRMR),
    (_S.REJECTING, _I.RR): (_S.REJECTING, _A.SEND_FRMR),
    (_S.REJECTING, _I.RNR): (_S.REJECTING, _A.SEND_FRMR),
    (_S.REJECTING, _I.UI): (_S.REJECTING, _A.TAKE_UI),
    (_S.REJECTING, _I.INVALID): (_S.REJECTING, _A.SEND_FRMR),
    (_S.REJECTING, _I.CONNECT): (_S.REJECTING, _A.REFUSE),
    (_S.REJECTING, _I.DISCONNECT): (_S.DISCONNECTED, _A.IGNORE),
    (_S.REJECTING, _I.SEND): (_S.REJECTING, _A.REFUSE),
    (_S.REJECTING, _I.SEND_UI): (_S.REJECTING, _A.QUEUE_UI),
    (_S.REJECTING, _I.HOLD): (_S.REJECTING, _A.IGNORE),
    (_S.REJECTING, _I.RESUME): (_S.REJECTING, _A.IGNORE),
    (_S.REJECTING, _I.INACTIVE): (_S.DISCONNECTED, _A.IGNORE),
    (_S.REJECTING, _I.LOST): (_S.DISCONNECTED, _A.IGNORE),
}
"""The secondary station. It answers to P = 1 only. Responses that come to it are dropped before, in every state."""
