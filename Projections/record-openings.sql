-- projection: record-openings
-- Who has looked at a client's record or changed it, and who has read the audit trail about the
-- client.

create table openings (
    sequence    integer primary key,
    profile_id  text not null,
    time        text not null,
    actor       text not null,
    act         text not null check (act in ('opened', 'added', 'amended', 'removed')),
    purpose     text,
    resource_id text
) strict;

create index openings_by_profile on openings (profile_id);

-- A reading of the audit trail about one client.
create table trail_readings (
    client_id       text not null,
    sequence        integer not null,
    organisation_id text not null,
    time            text not null,
    actor           text not null,
    primary key (client_id, sequence)
) strict, without rowid;

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
select :clientId, @sequence, @organisation, @time, @actor where :clientId is not null;

-- query: record-openings (organisation, profile, client)
select sequence, time, actor, act, purpose, resource_id as "resourceId"
from openings where profile_id = :profile
union all
select sequence, time, actor, 'auditTrailRead', null, null
from trail_readings where client_id = :client and organisation_id = :organisation
order by sequence;
