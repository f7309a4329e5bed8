-- projection: messages
-- Messages between staff and patients, thread by thread.
--
-- What they say is not kept here. A row holds the sequence of the event with the text, from where
-- it is opened for whoever may read it: it is gone with the client's key.

create table messages (
    client_id   text not null,
    thread_id   text not null,
    message_id  text not null,
    -- The event with the text.
    sent_in     integer not null,
    sent_at     text not null,
    author_kind text not null check (author_kind in ('staff', 'patient')),
    author      text not null,
    bulk_id     text,
    read_at     text,
    primary key (client_id, thread_id, message_id)
) strict, without rowid;

-- Whether anybody may write to the client and be written to.
create table clients (
    client_id         text primary key,
    is_made_read_only integer not null check (is_made_read_only in (0, 1)),
    end_date          text,
    merged_into       text,
    -- The record that stands for the person now, however often this one was merged.
    survivor_id       text
) strict, without rowid;

create index clients_merged on clients (merged_into) where merged_into is not null;

-- on: ClientRegistered.v1
insert into clients values (:clientId, 0, null, null, null);

-- on: ClientRecordsMerged.v1
update clients set merged_into = :clientId where client_id = :merged;
update clients set merged_into = null, survivor_id = null where client_id = :clientId;
update clients set survivor_id = :clientId
where client_id in (
    with recursive merged (client_id) as (
        select client_id from clients where merged_into = :clientId
        union
        select c.client_id from merged m cross join clients c on c.merged_into = m.client_id)
    select client_id from merged);

-- on: ClientEndDateSet.v1, ClientEndDateChanged.v1
update clients set end_date = :endDate where client_id = :clientId;

-- on: ClientEndDateRemoved.v1
update clients set end_date = null where client_id = :clientId;

-- on: MessageThreadsMadeReadOnly.v1
update clients set is_made_read_only = 1 where client_id = :clientId;

-- on: MessageThreadsReopened.v1
update clients set is_made_read_only = 0 where client_id = :clientId;

-- on: PatientMessageSent.v1
insert into messages
values (
    :clientId, :threadId, :messageId, @sequence, @time, :authorKind, @actor, :bulkId, null);

-- The first reading counts.

-- on: PatientMessageRead.v1
update messages set read_at = coalesce(read_at, @time)
where client_id = :clientId and thread_id = :threadId and message_id = :messageId;

-- A client's messages in the order of their threads, which begin with their first message. The end
-- date itself makes them read-only, before a timer has noted that it has come, and that of the
-- record which stands for the person does so for those of a merged one.

-- query: message-threads (client, today)
select
    thread_id as "threadId",
    c.is_made_read_only or coalesce(c.end_date <= :today, 0) or coalesce(s.end_date <= :today, 0)
        as "readOnly bool",
    message_id as "messageId", author_kind as "authorKind", author, sent_in as "body personal",
    sent_at as "sentAt", read_at as "readAt", bulk_id as "bulkId"
from messages
    join clients c using (client_id)
    left join clients s on s.client_id = c.survivor_id
where c.client_id = :client
order by min(sent_in) over (partition by thread_id), sent_in;
