-- projection: contacts
-- A client's contacts, with the role they have in the portal and when they last signed in. Names
-- and addresses are kept only while their key exists.

create table contacts (
    contact_id   text primary key,
    client_id    text not null,
    person_id    text not null,
    name         text,
    relationship text,
    email        text,
    phone        text,
    is_enabled   integer not null,
    added_in     integer not null
) strict, without rowid;

create index contacts_by_client on contacts (client_id);

-- Which account a person signs in with; a client is their own person.
create table person_accounts (
    account_id   text primary key,
    person_id    text not null,
    last_sign_in text
) strict, without rowid;

create index person_accounts_by_person on person_accounts (person_id);

create table portal_roles (
    role_id text primary key,
    name    text not null
) strict, without rowid;

-- The access to the client's profile that has not ended.
create table accesses (
    grant_id   text primary key,
    profile_id text not null,
    client_id  text not null,
    person_id  text not null,
    role_id    text not null
) strict, without rowid;

create index accesses_by_client on accesses (client_id);

-- Merged records, each with the one that stands for its person now.
create table merged_people (
    person_id   text primary key,
    survivor_id text not null
) strict, without rowid;

create index merged_people_by_survivor on merged_people (survivor_id);

-- on: ContactAdded.v1
insert into contacts
values (
    :contactId, :clientId, :personId, $name, $relationship, $email, $phone, 1, @sequence);

-- on: ContactDetailsChanged.v1
update contacts set name = $name, relationship = $relationship, email = $email, phone = $phone
where contact_id = :contactId;

-- on: ContactDisabled.v1
update contacts set is_enabled = 0 where contact_id = :contactId;

-- on: ContactEnabled.v1
update contacts set is_enabled = 1 where contact_id = :contactId;

-- on: PersonalDataKeyDestroyed.v1
update contacts set name = null, relationship = null, email = null, phone = null
where contact_id = substr(:scope, 9) and :scope = 'contact/' || contact_id;

-- on: PatientAccountOnboarded.v1
insert into person_accounts values (:accountId, :clientId, null);

-- on: ContactAccountOnboarded.v1
insert into person_accounts values (:accountId, :personId, null);

-- A record that was merged by mistake can be taken up again.

-- on: ClientRecordsMerged.v1
delete from merged_people where person_id = :clientId;
update merged_people set survivor_id = :clientId where survivor_id = :merged;
insert into merged_people values (:merged, :clientId)
on conflict (person_id) do update set survivor_id = excluded.survivor_id;

-- on: SignedIn.v1
update person_accounts set last_sign_in = @time where account_id = :accountId;

-- on: PortalRoleDefined.v1
insert into portal_roles values (:roleId, :name);

-- on: PortalRoleChanged.v1
update portal_roles set name = :name where role_id = :roleId;

-- on: FamilyPortalAccessAdded.v1
insert into accesses values (:grantId, :profileId, :clientId, :personId, :roleId);

-- on: CollaboratorAccessGranted.v1
insert into accesses values (:grantId, :profileId, :clientId, :personId, :roleId);

-- on: AccessRoleChanged.v1
update accesses set role_id = :to where grant_id = :grantId;

-- on: FamilyPortalAccessRemoved.v1
delete from accesses where grant_id = :grantId;

-- on: MedicalProfileDeleted.v1
delete from accesses where client_id = :clientId and profile_id = :profileId;

-- query: contact-list (client)
with
-- The person of each contact, under the ids of all records that were merged.
listed as (
    select contact_id, person_id, coalesce(survivor_id, person_id) as survivor_id
    from contacts left join merged_people using (person_id)
    where client_id = :client
),
known_as as (
    select contact_id, person_id from listed
    union
    select contact_id, survivor_id from listed
    union
    select l.contact_id, m.person_id from listed l join merged_people m using (survivor_id)
),
given as materialized (
    select k.contact_id, a.grant_id, a.role_id
    from known_as k join accesses a on a.client_id = :client and a.person_id = k.person_id
)
select
    contact_id as "contactId", person_id as "personId", c.name, relationship, email, phone,
    is_enabled as "enabled bool",
    (
        select r.name
        from given g join portal_roles r using (role_id)
        where g.contact_id = c.contact_id
        order by g.grant_id limit 1
    ) as "portalRole",
    (
        select max(last_sign_in)
        from known_as k join person_accounts using (person_id)
        where k.contact_id = c.contact_id
            and exists (select 1 from given g where g.contact_id = c.contact_id)
    ) as "lastFamilyPortalSignIn"
from contacts c
where client_id = :client
order by added_in;
