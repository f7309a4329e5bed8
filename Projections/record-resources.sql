-- projection: record-resources
-- What medical records hold: medications, conditions, visits and whatever else was added.
--
-- The content is not kept here. A row holds the sequence of the event with the content as it was
-- last amended, from where it is opened for whoever may read it: it is gone with the profile's key.

create table record_resources (
    resource_id   text primary key,
    profile_id    text not null,
    kind          text not null,
    is_structured integer not null check (is_structured in (0, 1)),
    added_in      integer not null,
    added_at      text not null,
    added_by      text not null,
    content_in    integer not null
) strict, without rowid;

create index record_resources_by_profile on record_resources (profile_id, added_in);

-- on: RecordResourceAdded.v1
insert into record_resources
values (:resourceId, :profileId, :kind, :structured, @sequence, @time, @actor, @sequence);

-- on: RecordResourceAmended.v1
update record_resources set content_in = @sequence where resource_id = :resourceId;

-- on: RecordResourceRemoved.v1
delete from record_resources where resource_id = :resourceId;

-- on: MedicalProfileDeleted.v1
delete from record_resources where profile_id = :profileId;

-- query: record-resources (profile)
select
    resource_id as "resourceId", kind, content_in as "content personal",
    is_structured as "structured bool", added_at as "addedAt", added_by as "addedBy"
from record_resources where profile_id = :profile order by added_in;

-- The portal shows only structured information (S2-24), by kind; kinds without a part of their own
-- stand together.

-- query: portal-resources (profile, kind)
select
    resource_id as "resourceId", kind, content_in as "content personal",
    is_structured as "structured bool", added_at as "addedAt", added_by as "addedBy"
from record_resources
where profile_id = :profile and is_structured and kind = :kind
order by added_in;

-- query: other-portal-resources (profile)
select
    resource_id as "resourceId", kind, content_in as "content personal",
    is_structured as "structured bool", added_at as "addedAt", added_by as "addedBy"
from record_resources
where profile_id = :profile and is_structured
    and kind not in ('appointment', 'referral', 'medication', 'condition', 'visit')
order by added_in;
