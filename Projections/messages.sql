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
    client_id            text primary key,
    is_made_read_only    integer not null check (is_made_read_only in (0, 1)),
    end_date             text,
    has_end_taken_effect integer not null check (has_end_taken_effect in (0, 1))
) strict, without rowid;

-- on: ClientRegistered.v1
insert into clients values (:clientId, 0, null, 0);

-- on: ClientEndDateSet.v1, ClientEndDateChanged.v1
update clients set end_date = :endDate where client_id = :clientId;

-- on: ClientEndDateRemoved.v1
update clients set end_date = null where client_id = :clientId;

-- on: ClientEndDateTookEffect.v1
update clients set has_end_taken_effect = 1 where client_id = :clientId;

-- on: ClientEndDateLifted.v1
update clients set has_end_taken_effect = 0 where client_id = :clientId;

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
-- date itself makes them read-only, before a timer has noted that it has come.

-- query: message-threads (client, today)
select
    thread_id as "threadId",
    is_made_read_only or has_end_taken_effect or coalesce(end_date <= :today, 0)
        as "readOnly bool",
    message_id as "messageId", author_kind as "authorKind", author, sent_in as "body personal",
    sent_at as "sentAt", read_at as "readAt", bulk_id as "bulkId"
from messages join clients using (client_id)
where client_id = :client
order by min(sent_in) over (partition by thread_id), sent_in;
