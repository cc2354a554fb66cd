"""A person's photo, believed only when it is a small JPEG or PNG.

Vendor: https://learn.microsoft.com/graph/api/profilephoto-get (404 without a photo).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from snlib.errors import RecordNotFound
from snlib.graph.client import GraphClient
from snlib.graph.fields import is_object_id
from snlib.graph.subjects import PHOTOS

MAX_PHOTO_BYTES = 512 * 2**10

_JPEG = b"\xff\xd8\xff"
_PNG = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture.

    Attributes:
        content_type: Taken from the bytes, not from what the service calls them.
        content: At most ``MAX_PHOTO_BYTES``.
    """

    content_type: Literal["image/jpeg", "image/png"]
    content: bytes = field(repr=False)


def of_user(graph: GraphClient, user_id: str) -> Photo | None:
    """Return the photo of the user with this object id; None when there is none that can be shown.

    Raises:
        ServiceError: Graph answered with another error than 404.
        ServiceUnreachable: Graph did not answer.
    """
    if not is_object_id(user_id):
        return None
    try:
        answer = graph.file(f"/users/{user_id}/photo/$value", subject=PHOTOS, accept="image/jpeg, image/png")
    except RecordNotFound:
        return None
    return read_photo(answer.body)


def read_photo(content: bytes) -> Photo | None:
    """Return the photo these bytes are; None for anything but a JPEG or PNG of a bearable size (SVG holds scripts)."""
    if not 0 < len(content) <= MAX_PHOTO_BYTES:
        return None
    if content.startswith(_JPEG):
        return Photo("image/jpeg", content)
    if content.startswith(_PNG):
        return Photo("image/png", content)
    return None
