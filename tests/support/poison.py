"""What no reader of ours may stumble over, as it stands in JSON."""

from __future__ import annotations

POISON = (
    b'"\\u0000"',
    b'"a\\u0000b"',
    b'"\\ud800"',
    b'"\xff\xfe"',
    b'"\x00\x01"',
    b"NaN",
    b"-Infinity",
    b"1e400",
    b"9" * 5000,
    b"9" * 400,
    b'"' + b"9" * 5000 + b'"',
    b'"' + "²".encode() + b'"',
    b"-99999999999999999999",
    b"1e300",
    b'"' + b"x" * 3000 + b'"',
    b'"' + b"x" * 200_000 + b'"',
    b"[" * 3000 + b"]" * 3000,
    b'{"a":' * 1500 + b"1" + b"}" * 1500,
    b"null",
    b"true",
    b"[]",
    b"{}",
    b"[1]",
    b'["x"]',
    b"0",
    b'""',
    b'"9999-12-31T23:59:59.999Z"',
    b'"0001-01-01T00:00:00+14:00"',
)

MARK = "the poison stands here"
