"""A picture read in a process of its own: what it says of itself, a copy without that, a thumbnail. Pure.

A photo of a phone tells where and when it was taken, and by which phone; time and place are worth keeping beside the
incident, but whoever is shown the picture need not learn the rest. So the copy that is served is painted anew from
the pixels, which also leaves behind whatever else a file may carry.
"""

from pathlib import Path
from typing import Any

from PIL import Image, ImageOps, UnidentifiedImageError
from PIL.ExifTags import GPS, IFD, Base

from gisserver.common.errors import Invalid

THUMBNAIL_PX = 320
MAX_PIXELS = 60_000_000
_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}


def prepare(folder: Path, *, path: str, media_type: str) -> dict[str, Any]:
    """Write ``served`` and ``thumbnail`` into ``folder``; return width, height, taken_at (no offset: local), lon, lat.

    Raises Invalid ``attachment_unreadable``, ``attachment_too_many_pixels``.
    """
    try:
        with Image.open(path, formats=[_FORMATS[media_type]]) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise Invalid(
                    "attachment_too_many_pixels", "The picture has more than 60 million pixels: send it smaller."
                )
            told = _told(picture)
            upright = ImageOps.exif_transpose(picture)
            plain = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise Invalid(
            "attachment_unreadable", "The picture can't be read: it is damaged, or not what it says."
        ) from error
    plain.info.clear()
    told |= {"width": plain.width, "height": plain.height}
    form = _FORMATS[media_type]
    (plain.convert("RGB") if form == "JPEG" else plain).save(folder / "served", form, quality=90)
    plain.thumbnail((THUMBNAIL_PX, THUMBNAIL_PX))
    on_white = Image.new("RGB", plain.size, "white")
    on_white.paste(plain, mask=plain.getchannel("A") if plain.mode == "RGBA" else None)
    on_white.save(folder / "thumbnail", "JPEG", quality=80)
    return told


def _told(picture: Image.Image) -> dict[str, Any]:
    """Return what the picture says of when and where it was taken; what can't be read counts as not said."""
    exif = picture.getexif()
    details, place = exif.get_ifd(IFD.Exif), exif.get_ifd(IFD.GPSInfo)
    return {"taken_at": _moment(details), **_place(place)}


def _moment(details: dict[int, Any]) -> str | None:
    """Return `2026:03:01 08:00:00` and its offset as RFC 3339 writes them."""
    said, offset = str(details.get(Base.DateTimeOriginal, "")), str(details.get(Base.OffsetTimeOriginal, ""))
    day, _, time = said.partition(" ")
    return f"{day.replace(':', '-')}T{time}{offset}" if time else None


def _place(place: dict[int, Any]) -> dict[str, float | None]:
    lat = _degrees(place.get(GPS.GPSLatitude), str(place.get(GPS.GPSLatitudeRef, "")), most=90)
    lon = _degrees(place.get(GPS.GPSLongitude), str(place.get(GPS.GPSLongitudeRef, "")), most=180)
    known = lat is not None and lon is not None and (lat, lon) != (0, 0)
    return {"taken_lon": lon if known else None, "taken_lat": lat if known else None}


def _degrees(parts: Any, side: str, *, most: int) -> float | None:
    """Return degrees, minutes and seconds as degrees; None for what is none."""
    try:
        degrees, minutes, seconds = (float(part) for part in parts)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    value = degrees + minutes / 60 + seconds / 3600
    if side not in {"N", "S", "E", "W"} or not 0 <= value <= most:
        return None
    return round(-value if side in {"S", "W"} else value, 7)
