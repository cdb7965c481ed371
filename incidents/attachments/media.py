"""What a file is by its first bytes. Pure.

Nothing is decoded here: pictures are, in a process of their own (`picture.py`).
"""

PICTURES = ("image/jpeg", "image/png", "image/webp")
# No decoder is here for these: they are kept as they came, and handed out as files.
OTHERS = ("application/pdf", "video/mp4", "audio/amr")
MEDIA_TYPES = [*PICTURES, *OTHERS]
ENDINGS = dict(zip(MEDIA_TYPES, ("jpg", "png", "webp", "pdf", "mp4", "amr"), strict=True))
# How many bytes `media_type_of` needs.
HEAD = 16
# The container of MP4 also holds pictures of phones (HEIC, AVIF), which tell whose they are; its brand says what it is.
_FILMS = (b"iso", b"mp4", b"avc", b"M4V", b"3g", b"MSNV", b"dash")
_BEGINNINGS = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"%PDF-": "application/pdf",
    b"#!AMR\n": "audio/amr",
    b"#!AMR-WB\n": "audio/amr",
}


def media_type_of(head: bytes) -> str | None:
    """Return the media type of what begins so, None for what is not taken."""
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:8] == b"ftyp":
        return "video/mp4" if head[8:12].startswith(_FILMS) else None
    return next((known for beginning, known in _BEGINNINGS.items() if head.startswith(beginning)), None)
