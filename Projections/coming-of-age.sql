-- projection: coming-of-age
-- Whose portal access ends when a client comes of age, for the timer that notes it.
--
-- What ends is decided by the rule, which compares to the moment; here days are enough, and more
-- may be told than ends. A birthday on 29 February falls on 1 March in common years, which is what
-- SQLite makes of it. The date of birth is kept only while its key exists.

-- small: ages_of_majority

create table ages_of_majority (
    organisation_id text primary key,
    age_years       integer not null
) strict, without rowid;

create table births (
    client_id       text primary key,
    organisation_id text not null,
    date_of_birth   text
) strict, without rowid;

create table access_of_others (
    grant_id        text primary key,
    organisation_id text not null,
    client_id       text not null,
    profile_id      text not null,
    given_on        text not null
) strict, without rowid;

create index access_of_others_by_client on access_of_others (client_id);
create index access_of_others_by_organisation
    on access_of_others (organisation_id, client_id, given_on);

-- on: ComingOfAgeChanged.v1
delete from ages_of_majority where organisation_id = @organisation;
insert into ages_of_majority select @organisation, :ageYears where :ageYears is not null;

-- on: ClientRegistered.v1
insert into births values (:clientId, @organisation, $dateOfBirth);

-- on: ClientDateOfBirthCorrected.v1
update births set date_of_birth = $new where client_id = :clientId;

-- on: PersonalDataKeyDestroyed.v1
update births set date_of_birth = null
where client_id = :clientId and :scope = 'client/' || :clientId;

-- on: FamilyPortalAccessAdded.v1
insert into access_of_others
select :grantId, @organisation, :clientId, :profileId, substr(@time, 1, 10)
where :personId <> :clientId;

-- on: CollaboratorAccessGranted.v1
insert into access_of_others
values (:grantId, @organisation, :clientId, :profileId, substr(@time, 1, 10));

-- on: FamilyPortalAccessRemoved.v1
delete from access_of_others where grant_id = :grantId;

-- on: MedicalProfileDeleted.v1
delete from access_of_others where client_id = :clientId and profile_id = :profileId;

-- query: due-birthdays (organisation, today)
-- From the access of others on: most clients have none, and are not looked at.
select distinct
    b.client_id as "clientId",
    date(b.date_of_birth, '+' || a.age_years || ' years') as "birthday"
from ages_of_majority a
    cross join access_of_others other on other.organisation_id = a.organisation_id
    cross join births b on b.client_id = other.client_id
where
    a.organisation_id = :organisation
    and date(b.date_of_birth, '+' || a.age_years || ' years') <= :today
    and other.given_on <= date(b.date_of_birth, '+' || a.age_years || ' years')
order by "birthday", "clientId";
