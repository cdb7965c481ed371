"""Pictures as files: PNG and WebP. Pure."""

import io
from typing import Any, Final

import numpy as np
from PIL import Image

from rasters.painting import Indexed

MEDIA_TYPES: Final = {"png": "image/png", "webp": "image/webp"}


def encoded(picture: Any, format: str) -> bytes:
    """Return a picture, `Indexed` or RGBA pixels (rows, columns, 4), as ``png`` or ``webp`` without loss."""
    out = io.BytesIO()
    if format == "webp":
        _rgba(picture).save(out, "WEBP", lossless=True, quality=20, method=0)
    elif isinstance(picture, Indexed):
        image = Image.fromarray(picture.indices, mode="P")
        image.putpalette(bytes(part for colour in picture.palette for part in colour[:3]))
        image.save(out, "PNG", compress_level=3, transparency=bytes(colour[3] for colour in picture.palette))
    else:
        _rgba(picture).save(out, "PNG", compress_level=3)
    return out.getvalue()


def empty(width: int, height: int, format: str) -> bytes:
    """Return a picture of nothing."""
    return encoded(np.zeros((height, width, 4), np.uint8), format)


def _rgba(picture: Any) -> Image.Image:
    if isinstance(picture, Indexed):
        return Image.fromarray(np.array(picture.palette, np.uint8)[picture.indices], mode="RGBA")
    return Image.fromarray(picture, mode="RGBA")
