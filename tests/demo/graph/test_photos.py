"""The demo Graph's photos: real JPEG files, for some people and not for others."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from snlib.demo.graph.photos import SIZES
from tests.demo.graph_client import Graph, refused


def picture_of(answer) -> Image.Image:
    """Return the picture in an answer, decoded."""
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/jpeg"), answer.text
    picture = Image.open(io.BytesIO(answer.content))
    picture.load()
    assert picture.format == "JPEG"
    return picture


def test_about_six_in_ten_have_a_photo(demo, graph):
    """Between half and seven tenths of the people have a photo, and each of them is a person."""
    photos = {row["person_id"] for row in demo.instance.storage.find("entra_photo")}
    assert 0.5 < len(photos) / len(graph.rows) < 0.7
    assert photos <= {row["id"] for row in graph.rows}


@pytest.mark.parametrize("pixels", SIZES)
def test_every_size_is_a_picture(graph, pixels):
    """Each size that Graph has is a square JPEG of that size with more than one colour."""
    person = graph.person("Amélie Fontaine")["id"]
    picture = picture_of(graph.get(f"/users/{person}/photos/{pixels}x{pixels}/$value"))
    assert picture.size == (pixels, pixels)
    assert len(set(picture.convert("RGB").get_flattened_data())) > 3


def test_photo_and_its_metadata(graph):
    """The photo without a size is the one that the metadata describe, under the same ETag, the same each time."""
    person = graph.person("Amélie Fontaine")
    about = graph.get(f"/users/{person['id']}/photo").json()
    answer = graph.get(f"/users/{person['userPrincipalName']}/photo/$value")
    assert picture_of(answer).size == (about["width"], about["height"])
    assert about["id"] == f"{about['width']}x{about['height']}"
    assert about["@odata.mediaContentType"] == "image/jpeg"
    assert about["@odata.mediaEtag"] == answer.headers["ETag"]
    assert graph.get(f"/users/{person['id']}/photo/$value").content == answer.content
    other = graph.person("Hugo Lambert")["id"]
    assert graph.get(f"/users/{other}/photo/$value").content != answer.content


def test_no_photo_and_no_such_size(graph):
    """Without a photo every address is 404 ImageNotFound, and so is a size that Graph has not."""
    nobody, somebody = graph.person("Priya Raman")["id"], graph.person("Amélie Fontaine")["id"]
    for path in (f"{nobody}/photo", f"{nobody}/photo/$value", f"{nobody}/photos/48x48/$value"):
        refused(graph.get(f"/users/{path}"), 404, "ImageNotFound")
    refused(graph.get(f"/users/{somebody}/photos/50x50/$value"), 404, "ImageNotFound")


def test_own_photo_and_others(graph, entra):
    """User.Read shows one's own photo and nobody else's."""
    mine = Graph(graph.demo, entra.delegated_token("hugo.lambert@example.com", "User.Read"))
    picture_of(mine.get("/me/photo/$value"))
    assert mine.get("/me/photo").json()["width"] == 240
    other = graph.person("Amélie Fontaine")["id"]
    refused(mine.get(f"/users/{other}/photo/$value"), 403, "Authorization_RequestDenied")
