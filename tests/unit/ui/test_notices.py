"""Every error of the tree has a notice of its own."""

import inspect

import pytest

from snlib import errors
from snlib.ui import notices

CLASSES = [
    one
    for _, one in inspect.getmembers(errors, inspect.isclass)
    if issubclass(one, errors.SnlibError) and one not in {errors.SnlibError, errors.ServiceError}
]


def instance(kind: type[errors.SnlibError]) -> errors.SnlibError:
    """Return an error of this class."""
    if issubclass(kind, errors.ServiceError):
        return kind("Something happened.", service="ServiceNow", status=500)
    if issubclass(kind, errors.ConfigurationError):
        return kind(("A fault.",))
    if issubclass(kind, errors.InvalidInput):
        return kind({"host": "A sentence."})
    if issubclass(kind, errors.PermissionDenied):
        return kind("users.search", "A reason.")
    return kind("Something happened.")


def test_every_class_is_looked_at():
    """The list below is the whole tree."""
    assert len(CLASSES) == 16


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_a_title(kind: type[errors.SnlibError]):
    """Each class has a title that is not the last resort's; no two families share one."""
    title = notices.title_of(instance(kind))
    assert title != notices.title_of(errors.SnlibError("x"))
    same = [other for other in CLASSES if notices.title_of(instance(other)) == title]
    assert same == [kind]


def test_the_service_is_named():
    """A service's error names the service in its title."""
    error = errors.AccessRefused("x", service="Microsoft Graph", status=403)
    assert notices.title_of(error).startswith("Microsoft Graph")
