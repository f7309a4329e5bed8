-- projection: record-openings
-- Who has looked at a client's record or changed it, and who has read the audit trail about the
-- client.

create table openings (
    sequence    integer primary key,
    profile_id  text not null,
    time        text not null,
    actor       text not null,
    -- By `or`, because SQLite makes a list of more than two anew for each row.
    act         text not null check (
        act = 'opened' or act = 'added' or act = 'amended' or act = 'removed'),
    purpose     text,
    resource_id text
) strict;

create index openings_by_profile on openings (profile_id);

create table trail_readings (
    sequence  integer primary key,
    client_id text not null,
    time      text not null,
    actor     text not null
) strict;

create index trail_readings_by_client on trail_readings (client_id);

-- on: RecordOpened.v1
insert into openings values (@sequence, :profileId, @time, @actor, 'opened', :purpose, null);

-- on: RecordResourceAdded.v1
insert into openings values (@sequence, :profileId, @time, @actor, 'added', null, :resourceId);

-- on: RecordResourceAmended.v1
insert into openings values (@sequence, :profileId, @time, @actor, 'amended', null, :resourceId);

-- on: RecordResourceRemoved.v1
insert into openings values (@sequence, :profileId, @time, @actor, 'removed', null, :resourceId);

-- on: AuditTrailRead.v1
insert into trail_readings
select @sequence, :clientId, @time, @actor where :clientId is not null;

-- query: record-openings (profile, client)
select sequence, time, actor, act, purpose, resource_id as "resourceId"
from openings where profile_id = :profile
union all
select sequence, time, actor, 'auditTrailRead', null, null
from trail_readings where client_id = :client
order by sequence;
