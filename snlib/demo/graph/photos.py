"""Photos of users: made-up portraits, drawn from the object id, for those who have one (intune-graph facts, 4.2)."""

from __future__ import annotations

import hashlib
import io
from functools import lru_cache
from typing import Any

from PIL import Image, ImageDraw
from starlette.responses import Response

from snlib.demo.graph.call import Call
from snlib.demo.graph.errors import GraphError
from snlib.demo.graph.people import signed_in_user, user_named

Colour = tuple[int, int, int]

SIZES = (48, 64, 96, 120, 240, 360, 432, 504, 648)
"""The widths in pixels that Graph has photos in; they are square."""
DEFAULT_PIXELS = 240

_PALETTES: tuple[tuple[Colour, ...], ...] = (
    ((196, 216, 236), (52, 96, 152), (236, 243, 250), (28, 54, 90)),
    ((238, 212, 196), (168, 84, 50), (251, 241, 234), (98, 46, 26)),
    ((204, 228, 206), (58, 122, 76), (239, 248, 240), (30, 70, 44)),
    ((226, 208, 236), (112, 70, 144), (246, 240, 250), (62, 36, 84)),
    ((242, 228, 184), (166, 124, 30), (252, 248, 234), (94, 68, 14)),
    ((196, 228, 228), (34, 118, 122), (236, 248, 248), (16, 66, 70)),
    ((240, 204, 214), (164, 56, 92), (252, 240, 244), (92, 28, 50)),
)
"""Background, clothes, face and hair in shades of one colour: a figure, and nobody's likeness."""
_OVERSAMPLING = 2
"""Drawn larger and then made smaller, for soft edges."""


def get_photo(call: Call) -> Response:
    """Return ``/users/{…}/photo/$value`` or ``/users/{…}/photos/{width}x{height}/$value``."""
    return _picture(call, user_named(call))


def get_my_photo(call: Call) -> Response:
    """Return ``/me/photo/$value``."""
    return _picture(call, signed_in_user(call))


def get_photo_metadata(call: Call) -> dict[str, Any]:
    """Return ``/users/{…}/photo``: size and kind of the photo."""
    return _metadata(call, user_named(call))


def get_my_photo_metadata(call: Call) -> dict[str, Any]:
    """Return ``/me/photo``."""
    return _metadata(call, signed_in_user(call))


def _metadata(call: Call, person: dict[str, str]) -> dict[str, Any]:
    return {
        "@odata.context": call.context(f"users('{person['id']}')/photo/$entity"),
        "@odata.mediaContentType": "image/jpeg",
        "@odata.mediaEtag": f'"{_etag(call, person)}"',
        "id": f"{DEFAULT_PIXELS}x{DEFAULT_PIXELS}",
        "width": DEFAULT_PIXELS,
        "height": DEFAULT_PIXELS,
    }


def _picture(call: Call, person: dict[str, str]) -> Response:
    etag = _etag(call, person)
    asked = call.request.path_params.get("size", f"{DEFAULT_PIXELS}x{DEFAULT_PIXELS}")
    pixels = next((size for size in SIZES if asked == f"{size}x{size}"), 0)
    if not pixels:
        raise _no_photo()
    return Response(draw(person["id"], pixels), media_type="image/jpeg", headers={"ETag": f'"{etag}"'})


def _etag(call: Call, person: dict[str, str]) -> str:
    found = call.instance.storage.find("entra_photo", person_id=person["id"])
    if not found:
        raise _no_photo()
    return found[0]["etag"]


def _no_photo() -> GraphError:
    return GraphError(
        404,
        "ImageNotFound",
        "Exception of type 'Microsoft.Fast.Profile.Core.Exception.ImageNotFoundException' was thrown.",
    )


@lru_cache(maxsize=256)
def draw(object_id: str, pixels: int) -> bytes:
    """Return a portrait as a JPEG file: head, hair and shoulders in colours that follow from the object id."""
    digest = hashlib.sha256(object_id.encode()).digest()
    background, clothes, face, hair = _PALETTES[digest[0] % len(_PALETTES)]
    has_long_hair, parting = digest[1] % 2, 10 + 10 * (digest[1] // 2 % 3)
    side = pixels * _OVERSAMPLING
    picture = Image.new("RGB", (side, side), background)
    canvas = ImageDraw.Draw(picture)

    def around(x: float, y: float, width: float, height: float) -> tuple[float, float, float, float]:
        return (x - width) * side, (y - height) * side, (x + width) * side, (y + height) * side

    canvas.ellipse(around(0.5, 1.02, 0.4, 0.32), fill=clothes)
    canvas.rectangle(around(0.5, 0.67, 0.08, 0.07), fill=face)
    if has_long_hair:
        canvas.rounded_rectangle(around(0.5, 0.5, 0.24, 0.2), radius=0.06 * side, fill=hair)
    canvas.chord(around(0.5, 0.42, 0.24, 0.3), 170, 370, fill=hair)
    canvas.ellipse(around(0.5, 0.42, 0.19, 0.24), fill=face)
    canvas.chord(around(0.5, 0.42, 0.21, 0.27), 180 + parting, 360 - parting, fill=hair)
    file = io.BytesIO()
    picture.resize((pixels, pixels), Image.Resampling.LANCZOS).save(file, "JPEG", quality=85)
    return file.getvalue()
