-- projection: profiles
-- Where every medical profile stands, and what its record holds, without its content.

-- `unowned` is what its ownership is while nobody owns it; a rejection takes that away, and a new
-- invitation gives it back.
create table profiles (
    profile_id   text primary key,
    client_id    text not null,
    control      text not null check (control in ('organisation', 'owner')),
    ownership    text not null check (
        ownership = 'none' or ownership = 'provisional' or ownership = 'owned'
        or ownership = 'rejected' or ownership = 'deleted'),
    unowned      text not null,
    owner_person text,
    created_at   text not null
) strict, without rowid;

create index profiles_by_client on profiles (client_id);

-- What a profile's record holds, without its content.
create table record_resources (
    resource_id text primary key,
    profile_id  text not null,
    kind        text not null
) strict, without rowid;

create index record_resources_by_profile on record_resources (profile_id);

create table portal_connections (
    connection_id text primary key,
    profile_id    text not null,
    portal_name   text not null
) strict, without rowid;

create index portal_connections_by_profile on portal_connections (profile_id);

-- on: MedicalProfileCreated.v1
insert into profiles
values (
    :profileId, :clientId, :control, iif(:origin = 'beforeAcceptance', 'provisional', 'none'),
    iif(:origin = 'beforeAcceptance', 'provisional', 'none'), null, @time);

-- on: ProfileOwnershipAssumed.v1
update profiles set control = 'owner', ownership = 'owned', owner_person = :ownerPersonId
where profile_id = :profileId;

-- Who owned it for a minor who has come of age owns it no longer.

-- on: ProfileOwnershipEnded.v1
update profiles
set control = 'organisation', ownership = 'none', unowned = 'none', owner_person = null
where profile_id = :profileId;

-- on: ProfileAccessRemoved.v1
update profiles set ownership = 'rejected' where profile_id = :profileId;

-- on: ProfileAccessRestored.v1
update profiles set ownership = unowned where profile_id = :profileId;

-- on: RecordResourceAdded.v1
insert into record_resources values (:resourceId, :profileId, :kind);

-- on: RecordResourceRemoved.v1
delete from record_resources where resource_id = :resourceId;

-- on: PatientPortalConnected.v1
insert into portal_connections values (:connectionId, :profileId, :portalName);

-- on: PatientPortalDisconnected.v1
delete from portal_connections where connection_id = :connectionId;

-- on: MedicalProfileDeleted.v1
delete from record_resources where profile_id = :profileId;
delete from portal_connections where profile_id = :profileId;
update profiles set ownership = 'deleted' where profile_id = :profileId;

-- query: profile-state (profile)
select
    profile_id as "profileId", client_id as "clientId", control, ownership, owner_person as "owner",
    (
        select json_group_object(kind, amount)
        from (
            select kind, count(*) as amount from record_resources
            where profile_id = :profile group by kind)
    ) as "resourceCounts json",
    (
        select json_group_array(json_object('connectionId', connection_id, 'portal', portal_name))
        from portal_connections where profile_id = :profile
    ) as "connections json"
from profiles where profile_id = :profile;
