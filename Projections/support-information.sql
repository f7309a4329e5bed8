-- projection: support-information
-- Whom patients can turn to (T9): a contact for each type of organisation, and one, without a
-- type, for all other types. Staff see a new version at once, patients from `visible_from` on.

-- small: support_versions

-- A version without address and number takes the contact back.
create table support_versions (
    entered_in        integer primary key,
    organisation_id   text not null,
    organisation_type text,
    support_id        text not null,
    email             text,
    phone             text,
    visible_from      text not null,
    check ((email is null) = (phone is null))
) strict;

-- on: SupportInformationEntered.v1, SupportInformationAmended.v1
insert into support_versions
values (
    @sequence, @organisation, :organisationType, :supportId, :email, :phone, :visibleFrom);

-- on: SupportInformationWithdrawn.v1
insert into support_versions
values (@sequence, @organisation, :organisationType, :supportId, null, null, :visibleFrom);

-- What patients of a type of organisation see: the newest version that has become visible of the
-- type's own contact, or else of the one for all types.

-- query: patients-see (organisation, type, now)
select support_id as "supportId", email, phone, visible_from as "visibleFrom"
from support_versions
where email is not null and entered_in in (
    select max(entered_in) from support_versions
    where organisation_id = :organisation and visible_from <= :now
        and (organisation_type is null or organisation_type = :type)
    group by organisation_type)
order by organisation_type is null
limit 1;

-- query: staff-see (organisation, type)
select support_id as "supportId", email, phone, visible_from as "visibleFrom"
from support_versions
where email is not null and entered_in = (
    select max(entered_in) from support_versions
    where organisation_id = :organisation and organisation_type is :type);

-- The types that have a contact of their own; null is the one for all other types.

-- query: types (organisation)
select organisation_type as "organisationType"
from support_versions
where email is not null and entered_in in (
    select max(entered_in) from support_versions
    where organisation_id = :organisation group by organisation_type)
order by organisation_type;
