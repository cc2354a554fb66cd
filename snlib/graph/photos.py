"""A person's photo, believed only when it is a small JPEG or PNG.

Vendor: https://learn.microsoft.com/graph/api/profilephoto-get (404 without a photo).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from snlib.errors import RecordNotFound
from snlib.graph.client import GraphClient
from snlib.graph.fields import is_object_id
from snlib.graph.protocol import PHOTOS

MAX_PHOTO_BYTES = 512 * 2**10

_BEGINS: dict[bytes, Literal["image/jpeg", "image/png"]] = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
}


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture; its type is taken from the bytes, not from what the service calls them."""

    content_type: Literal["image/jpeg", "image/png"]
    content: bytes = field(repr=False)


def of_user(graph: GraphClient, user_id: str) -> Photo | None:
    """Return the photo of the user with this object id.

    None for no photo, and for anything but a JPEG or PNG of a bearable size (SVG holds scripts).
    """
    if not is_object_id(user_id):
        return None
    try:
        answer = graph.file(f"/users/{user_id}/photo/$value", subject=PHOTOS, accept="image/jpeg, image/png")
    except RecordNotFound:
        return None
    found = next((kind for begins, kind in _BEGINS.items() if answer.body.startswith(begins)), None)
    return Photo(found, answer.body) if found and len(answer.body) <= MAX_PHOTO_BYTES else None
