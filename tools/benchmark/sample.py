"""The events that the other systems are given: as large as Daybook's, 30 for each stream."""

import uuid

EVENTS_PER_STREAM = 30
TYPE = "SignedIn.v1"

# What has no column of its own there: Daybook's line has 465 bytes. The blank is for pgbench, which
# takes a colon before a letter for a variable.
PAYLOAD = (
    '{"source":"/organisations/01934a5e-7c10-7002-8a3b-0242ac12002c",'
    '"account":"portalAccount/01934a5e-7c10-7001-8a3b-0242ac12009a",'
    '"time":"2026-11-21T13:48:56.835271Z","actor":"anonymous","version":10,'
    '"correlation":"01a1fe5e-0483-7982-a9b2-326375474fcf","first": false}'
)


def stream(number):
    """The name of a stream; the same number gives the same name."""
    return f"client/{uuid.uuid5(uuid.NAMESPACE_OID, str(number))}"
