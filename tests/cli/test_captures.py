"""What real meters sent is decoded."""

from __future__ import annotations

from collections import Counter

import pytest
from conftest import VECTORS
from running import Outcome, Run

CAPTURES = VECTORS / "captures"

# The APDUs of each capture, and lines that a person looks for.
EXPECTED = {
    "associations-hdlc": (
        {
            "AARQ": 2,
            "AARE": 2,
            "Get-Request-With-List": 1,
            "Get-Response-With-List": 1,
            "Action-Request-Normal": 1,
            "Action-Response-Normal": 1,
            "Get-Request-Normal": 1,
            "Get-Response-Normal": 1,
        },
        [
            "mechanism-name: 2.16.756.5.8.2.5  HLS with GMAC",
            "glo-initiateRequest",
            "security-control: 30  suite 0, authenticated, encrypted, unicast key",
            "result-source-diagnostic.acse-service-user: authentication-required (14)",
            "method-id: 1  reply_to_HLS_authentication",
            'result.data: octet-string 3132303030303137  "12000017"',
        ],
    ),
    "event-notification-wrapper-quirk": (
        {"EventNotificationRequest": 1},
        [
            "time: 07E70706040A362600FF8880  2023-07-06 Thu 10:54:38.00 UTC+02:00, daylight saving",
            'attribute-value: octet-string 4B413650303035303339303231313130  "KA6P005039021110"',
            "forgiven: the presence octet is 09, neither 00 nor 01 - at $.time, octet 1",
        ],
    ),
    "get-response-object-list": (
        {"Get-Response-Normal": 1},
        ["result.data: array of 123", "[2] octet-string 00002A0000FF  0.0.42.0.0.255 logical device name"],
    ),
    "push-aidon-hdlc": (
        {"Data-Notification": 1},
        [
            "[3] structure of 3  1.0.1.7.0.255 active power import = 4027 W",
            "[9] structure of 3  1.0.71.7.0.255 current L3 = 16.8 A",
            "[10] structure of 3  1.0.32.7.0.255 voltage L1 = 233.0 V",
        ],
    ),
    "push-iskra-hdlc-segmented": (
        {"Data-Notification": 1},
        [
            "date-time: 07E704010615202300FF8880  2023-04-01 Sat 21:32:35.00 UTC+02:00, daylight saving",
            "[4] structure of 3  1.0.1.8.0.255 active energy import = 261927 Wh",
            "[6] structure of 3  1.0.32.7.0.255 voltage L1 = 236.4 V",
        ],
    ),
    "push-kaifa-hdlc-quirk-date-time": (
        {"Data-Notification": 1},
        [
            "date-time: 07E1090E04131F02FF800000  2017-09-14 Thu 19:31:02",
            "[0] double-long-unsigned 920",
            "forgiven: the date-time has a Data tag 09 in front of its length - at $.date-time, octet 5",
        ],
    ),
    "push-kaifa-mbus-encrypted": (
        {"General-Glo-Ciphering": 1},
        ["system-title: 4B464D6750000881  KFM 6750000881", "security-control: 20  suite 0, encrypted, unicast key"],
    ),
    "push-landis-hdlc-general-block-transfer": (
        {"General-Block-Transfer": 9, "Data-Notification": 1},
        [
            "Data-Notification, 412 octets  [joined from blocks 1 to 4]",
            "[5] structure of 4  1.0.1.7.0.255 active power import: Register, value",
            "[9] double-long-unsigned 886977  1.1.1.8.0.255 active energy import: Register, value",
            '"1935912"  (0.0.96.1.1.255 device id: Data, value)',
        ],
    ),
    "push-wrapper-general-glo-ciphering": (
        {"General-Glo-Ciphering": 1},
        ["invocation-counter: 000001E5  485", "authentication-tag: CF282DFE49C08F5BE6DC8400"],
    ),
}


def decode(run: Run, name: str, *options: str) -> Outcome:
    return run("decode", *options, "--in", str(CAPTURES / f"{name}.hex"))


def names(outcome: Outcome) -> dict[str, int]:
    headings = [line for line in outcome.lines if line and not line.startswith((" ", "octet"))]
    return dict(Counter(heading.split(",")[0] for heading in headings))


def test_every_capture_is_expected_here() -> None:
    assert {path.stem for path in CAPTURES.glob("*.hex")} == set(EXPECTED)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_every_capture_is_decoded(run: Run, name: str) -> None:
    outcome = decode(run, name, "--lenient")
    apdus, wanted = EXPECTED[name]
    assert outcome.code == 0
    assert names(outcome) == apdus
    for text in wanted:
        assert any(text in line for line in outcome.lines), text


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_every_line_of_a_tree_tells_its_octets(run: Run, name: str) -> None:
    for line in decode(run, name, "--lenient").lines:
        assert "$." in line or len(line) < 200
        assert "None" not in line
        assert " object at 0x" not in line


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("event-notification-wrapper-quirk", "--lenient takes it (presence-octet)"),
        ("push-kaifa-hdlc-quirk-date-time", "--lenient takes it (date-time-form)"),
    ],
)
def test_a_quirk_is_refused_strictly_with_the_way_out(run: Run, name: str, message: str) -> None:
    outcome = decode(run, name)
    assert outcome.code == 1
    assert message in outcome.err
    assert outcome.err.count("\n") == 1


def test_transfers_that_were_not_recorded_whole_are_told(run: Run) -> None:
    outcome = decode(run, "push-landis-hdlc-general-block-transfer")
    assert all(": warning: a general block transfer" in line for line in outcome.err.splitlines())
    assert [line.partition("complete: ")[2] for line in outcome.err.splitlines()] == [
        "blocks 1 to 2 (220 octets), the last one missing",
        "blocks 1, 3 to 4 (304 octets), 2 missing",
    ]
