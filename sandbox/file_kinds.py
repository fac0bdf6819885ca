"""The true type of an uploaded file, and what each platform takes."""

from __future__ import annotations

_STARTS = (
    (b"\x89PNG", "image/png"), (b"\xff\xd8\xff", "image/jpeg"), (b"GIF8", "image/gif"), (b"%PDF-", "application/pdf"),
    (b"ID3", "audio/mpeg"), (b"\xff\xfb", "audio/mpeg"), (b"\xff\xf1", "audio/aac"), (b"\xff\xf9", "audio/aac"),
    (b"#!AMR", "audio/amr"), (b"\x1a\x45\xdf\xa3", "video/webm"),
)  # fmt: skip
_BRANDS = {
    b"heic": "image/heic", b"heix": "image/heic", b"mif1": "image/heic", b"avif": "image/avif", b"M4A ": "audio/mp4",
    b"qt  ": "video/quicktime", b"3gp4": "video/3gpp", b"3gp5": "video/3gpp",
}  # fmt: skip
OFFICE = "application/vnd.openxmlformats-officedocument."
WHATSAPP = (
    *("audio/aac", "audio/mp4", "audio/mpeg", "audio/amr", "audio/ogg", "audio/opus", "application/vnd.ms-powerpoint"),
    *("application/msword", f"{OFFICE}wordprocessingml.document", f"{OFFICE}presentationml.presentation"),
    *(f"{OFFICE}spreadsheetml.sheet", "application/vnd.ms-excel", "application/pdf", "text/plain"),
    *("image/jpeg", "image/png", "image/webp", "video/mp4", "video/3gpp"),
)
X_PICTURES = ("image/jpeg", "image/png", "image/webp", "image/gif")
X_FILMS = ("video/mp4", "video/quicktime")
_GRAPH_PICTURES = ("image/jpeg", "image/png", "image/gif")
_SOUND = ("audio/aac", "audio/mp4", "audio/wav")
_FILMS = ("video/mp4", "video/quicktime", "video/webm", "video/ogg")
MESSENGER = {"image": _GRAPH_PICTURES, "video": (*_FILMS, "video/3gpp"), "audio": (*_SOUND, "audio/mpeg")}
INSTAGRAM = {"image": _GRAPH_PICTURES, "video": _FILMS, "audio": _SOUND, "document": ("application/pdf",)}


def mime_of(content: bytes, claimed_type: str) -> str:
    """The type a file's first bytes say, else the one its sender did. Ogg with another codec than Opus names it."""
    for start, mime in _STARTS:
        if content.startswith(start):
            return mime
    if content[4:8] == b"ftyp":
        return _BRANDS.get(content[8:12], claimed_type if claimed_type.startswith("audio/") else "video/mp4")
    if content.startswith(b"OggS"):
        return (
            "audio/ogg"
            if b"OpusHead" in content[:100]
            else "audio/vorbis"
            if b"vorbis" in content[:100]
            else "video/ogg"
        )
    if content.startswith(b"RIFF"):
        return "image/webp" if content[8:12] == b"WEBP" else "audio/wav"
    return claimed_type.partition(";")[0].strip() if "/" in claimed_type else "application/octet-stream"
