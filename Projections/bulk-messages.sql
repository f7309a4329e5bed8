-- projection: bulk-messages
-- Messages to many clients at once: whom they went to, and whom they did not reach and why. Their
-- text stays in the log.

create table bulk_messages (
    bulk_id         text primary key,
    organisation_id text not null,
    sent_in         integer not null,
    sent_at         text not null,
    sent_by         text not null,
    channels        text not null,
    recipients      text not null,
    skipped         text not null
) strict, without rowid;

create index bulk_messages_by_organisation on bulk_messages (organisation_id, sent_in);

-- on: BulkMessageSent.v1
insert into bulk_messages
values (:bulkId, @organisation, @sequence, @time, @actor, :channels, :recipientIds, :skipped);

-- query: bulk-messages (organisation)
select
    bulk_id as "bulkId", sent_at as "sentAt", sent_by as "sentBy", channels as "channels json",
    recipients as "recipientIds json", skipped as "skipped json"
from bulk_messages where organisation_id = :organisation order by sent_in;
