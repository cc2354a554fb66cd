"""Everything made up, from one integer and one reference time: an organisation, people, incidents, devices, groups."""

from __future__ import annotations

from datetime import timedelta

from snlib.demo.core.instance import Setup
from snlib.demo.core.storage import Storage
from snlib.demo.seed.accounts import insert_people
from snlib.demo.seed.devices.computers import insert_computers
from snlib.demo.seed.devices.fleet import insert_devices
from snlib.demo.seed.groups import insert_groups
from snlib.demo.seed.incidents.made import SPAN_DAYS, insert_incidents
from snlib.demo.seed.licences import insert_licences
from snlib.demo.seed.organisation import build_organisation
from snlib.demo.seed.people import make_people
from snlib.demo.seed.rights import insert_intune_roles, insert_photos


def seed_storage(storage: Storage, setup: Setup) -> None:
    """Fill an empty database: people always, and as many incidents as ``setup`` asks for."""
    since = setup.reference - timedelta(days=SPAN_DAYS + 400)
    with storage.transaction():
        made = build_organisation(storage, setup.seed, since)
        people = make_people(setup.seed, setup.reference)
        insert_people(storage, setup.seed, people, made, since)
        insert_incidents(storage, setup.seed, setup.incidents, setup.reference, people, made)
        # Each of these has its own random generator, so that people and incidents stay what they were without them.
        devices = insert_devices(storage, setup.seed, setup.reference, people)
        insert_computers(storage, setup.seed, setup.reference, people, devices, made)
        insert_groups(storage, setup.seed, setup.reference, people)
        insert_licences(storage, setup.seed, people)
        insert_photos(storage, setup.seed, people)
        insert_intune_roles(storage, setup.seed, people)
