"""What a link does in a state with an input, as one line of text: at once, and in the silence that follows."""

from __future__ import annotations

from collections.abc import Callable

from profiles.hdlc.lines import SAPS

from xdlms.profiles.hdlc import Address, Control, Frame, FrameKind, HdlcSettings
from xdlms.profiles.hdlc.primary import PrimaryLink
from xdlms.profiles.hdlc.secondary import SecondaryLink
from xdlms.profiles.hdlc.states import Input, State
from xdlms.profiles.link import ApduReceived, LinkDown, LinkTrouble, LinkUp
from xdlms.profiles.problems import FrameError

CLIENT_ADDRESS = Address(16)
SERVER_ADDRESS = Address(1)
QUIET = 30
"""Time-outs after which a link that is still doing something does so for ever."""

FRAMES = {
    Input.SNRM: (Control(FrameKind.SNRM, True), b""),
    Input.SNRM_REFUSED: (Control(FrameKind.SNRM, True), bytes.fromhex("8180030A0101")),
    Input.DISC: (Control(FrameKind.DISC, True), b"\x81\xffgood-bye"),
    Input.UA: (Control(FrameKind.UA, True), b""),
    Input.UA_UNREADABLE: (Control(FrameKind.UA, True), b"\x82"),
    Input.DM: (Control(FrameKind.DM, True), b"any"),
    Input.FRMR: (Control(FrameKind.FRMR, True), bytes.fromhex("100001")),
    Input.RNR: (Control(FrameKind.RNR, True, None, 0), b""),
    Input.RR: (Control(FrameKind.RR, True, None, 0), b""),
    Input.INVALID: (Control(FrameKind.RR, True, None, 0), b"information"),
}


class Scene:
    """A link, and what is to be seen of it."""

    def __init__(self, link: PrimaryLink | SecondaryLink) -> None:
        self.link = link
        self.now = 0.0

    def seen(self) -> str:
        """The frames and events since the last look, in a few words."""
        words = [str(Frame.decode(octets).control).replace(" P/F", "*") for octets in self.link.octets_to_send()]
        for event in self.link.events():
            match event:
                case LinkUp():
                    words.append("up")
                case LinkDown(_, reason, by_peer):
                    words.append("down" + (" by peer" if by_peer else "") + (" with a reason" if reason else ""))
                case ApduReceived(_, apdu):
                    words.append(apdu.decode())
                case LinkTrouble(problem):
                    words.append(f"({problem.fault})")
        return ", ".join(words) or "-"

    def receive(self, control: Control, information: bytes = b"") -> None:
        self.link.receive_octets(self.frame(control, information).encode(), now=self.now)

    def frame(self, control: Control, information: bytes) -> Frame:
        if isinstance(self.link, PrimaryLink):
            return Frame(CLIENT_ADDRESS, SERVER_ADDRESS, control, information)
        return Frame(SERVER_ADDRESS, CLIENT_ADDRESS, control, information)

    def time_out(self) -> bool:
        """Let the next time-out come; FALSE: there is none."""
        due = self.link.next_timeout()
        if due is None:
            return False
        self.now = max(self.now, due)
        self.link.handle_timeout(now=self.now)
        return True

    def silence(self) -> str:
        """All that is seen while nothing comes any more."""
        words = []
        for _ in range(QUIET):
            if not self.time_out():
                return ", ".join(word for word in words if word != "-") or "-"
            words.append(self.seen())
        return "for ever"

    @property
    def state(self) -> State:
        return self.link.state(SAPS)


def client_in(state: State, *, retries: int = 2) -> Scene:
    """A client in a state; if it has retries, its command was not answered once."""
    scene = Scene(PrimaryLink(HdlcSettings(retries=retries)))
    link = scene.link
    if state is State.DISCONNECTED:
        assert isinstance(link, PrimaryLink)
        if retries:
            link.trigger(SAPS, now=0)
            scene.time_out()
        link.trigger(SAPS, now=scene.now)
    else:
        link.connect(SAPS, now=0)
        if state is State.CONNECTING and retries:
            scene.time_out()
        if state is not State.CONNECTING:
            scene.receive(*FRAMES[Input.UA])
    if state in (State.CONNECTED, State.LEAVING):
        link.send(SAPS, b"first", now=0)
        if state is State.CONNECTED and retries:
            scene.time_out()
        if state is State.LEAVING:
            link.disconnect(SAPS, now=0)
    elif state is State.DISCONNECTING:
        link.disconnect(SAPS, now=0)
        if retries:
            scene.time_out()
    scene.seen()
    return scene


def server_in(state: State) -> Scene:
    """A server in a state; if connected, it has sent an APDU that is not acknowledged."""
    scene = Scene(SecondaryLink(HdlcSettings(inactivity_timeout=60)))
    if state is not State.DISCONNECTED:
        scene.receive(*FRAMES[Input.SNRM])
        scene.receive(Control(FrameKind.INFORMATION, True, 0, 0), b"\xe6\xe6\x00first")
        scene.link.send(SAPS, b"answer", now=0)
    if state is State.REJECTING:
        scene.receive(*FRAMES[Input.INVALID])
    scene.seen()
    return scene


def inject(scene: Scene, what: Input) -> str:
    """Let an input come; returns what is seen of it."""
    link, now = scene.link, scene.now
    llc = b"\xe6\xe7\x00" if isinstance(link, PrimaryLink) else b"\xe6\xe6\x00"
    first = 0 if isinstance(link, PrimaryLink) else 1
    calls: dict[Input, Callable[[], object]] = {
        Input.CONNECT: lambda: link.connect(SAPS, now=now),
        Input.DISCONNECT: lambda: link.disconnect(SAPS, now=now),
        Input.SEND: lambda: link.send(SAPS, b"second", now=now),
        Input.SEND_UI: lambda: link.send(SAPS, b"unconfirmed", confirmed=False, now=now),
        Input.HOLD: lambda: link.hold(SAPS, now=now),
        Input.RESUME: lambda: link.resume(SAPS, now=now),
        Input.LOST: lambda: link.closed("gone", now=now),
        Input.TIMEOUT: scene.time_out,
        Input.INACTIVE: scene.time_out,
        Input.INFORMATION: lambda: scene.receive(Control(FrameKind.INFORMATION, True, first, 1), llc + b"numbered"),
        Input.UI: lambda: scene.receive(Control(FrameKind.UI, True), llc + b"unnumbered"),
        Input.TURN: lambda: scene.receive(Control(FrameKind.RR, True, None, 0)),
        Input.EXHAUSTED: scene.time_out,
    }
    for frame in FRAMES:
        calls[frame] = lambda: scene.receive(*FRAMES[what])
    try:
        calls[what]()
    except FrameError as error:
        return f"refused as {error.fault}, {scene.seen()}"
    return scene.seen()


def play(role: str, state: State, what: Input) -> str:
    """The whole row: the state that follows, what is seen at once, and in the silence after it."""
    retries = 0 if what is Input.EXHAUSTED else 2
    scene = client_in(state, retries=retries) if role == "client" else server_in(state)
    if scene.state is not state:
        return f"the scene is in {scene.state}"
    seen = inject(scene, what)
    return f"{scene.state.name} | {seen} | {scene.silence()}"
