"""Everything made up: an organisation, its people and their incidents, from one integer and one reference time."""

from __future__ import annotations

from datetime import timedelta

from snlib.demo.instance import Setup
from snlib.demo.seed.accounts import insert_people
from snlib.demo.seed.incidents import SPAN_DAYS, insert_incidents
from snlib.demo.seed.organisation import build_organisation
from snlib.demo.seed.people import make_people
from snlib.demo.storage import Storage


def seed_storage(storage: Storage, setup: Setup) -> None:
    """Fill an empty database: people always, and as many incidents as ``setup`` asks for."""
    since = setup.as_of - timedelta(days=SPAN_DAYS + 400)
    with storage.transaction():
        made = build_organisation(storage, setup.seed, since)
        people = make_people(setup.seed, setup.as_of)
        insert_people(storage, setup.seed, people, made, since)
        insert_incidents(storage, setup.seed, setup.incidents, setup.as_of, people, made)
