-- projection: coming-of-age
-- Whose portal access ends when a client comes of age, for the timer that notes it.
--
-- What ends is decided by the rule, which compares to the moment; here days are enough, and more
-- may be told than ends. A birthday on 29 February falls on 1 March in common years, which is what
-- SQLite makes of it, or by an organisation's rule on 28 February. The date of birth is kept only
-- while its key exists.

-- small: ages_of_majority, leap_rules

create table ages_of_majority (
    organisation_id text primary key,
    age_years       integer not null
) strict, without rowid;

create table leap_rules (
    organisation_id text primary key,
    rule            text not null
) strict, without rowid;

create table births (
    client_id       text primary key,
    organisation_id text not null,
    date_of_birth   text
) strict, without rowid;

-- An access, or a link that was sent and could still become one: that has no profile yet.
create table access_of_others (
    given_id        text primary key,
    organisation_id text not null,
    client_id       text not null,
    profile_id      text,
    given_on        text not null
) strict, without rowid;

create index access_of_others_by_client on access_of_others (client_id);
create index access_of_others_by_organisation
    on access_of_others (organisation_id, client_id, given_on);

create view birthdays as
select
    client_id, b.organisation_id,
    date(
        date_of_birth, '+' || age_years || ' years',
        iif(
            rule = 'february28' and date_of_birth like '%-02-29'
                and date(date_of_birth, '+' || age_years || ' years') like '%-03-01',
            '-1 day', '+0 days')) as birthday
from births b
    join ages_of_majority using (organisation_id)
    left join leap_rules using (organisation_id);

-- on: LeapDayRuleChanged.v1
insert into leap_rules values (@organisation, :rule)
on conflict (organisation_id) do update set rule = excluded.rule;

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
delete from access_of_others where given_id = :grantId;

-- on: PortalInvitationSent.v1
insert into access_of_others
select :invitationId, @organisation, :clientId, null, substr(@time, 1, 10)
where :recipientKind <> 'patient'
    and (:kind = 'registration' or :kind = 'auto' or :kind = 'caregiver');

-- on: InvitationAccepted.v1, InvitationRejected.v1, InvitationRevoked.v1
delete from access_of_others where given_id = :invitationId;

-- on: MedicalProfileDeleted.v1
delete from access_of_others where client_id = :clientId and profile_id = :profileId;

-- query: due-birthdays (organisation, today)
-- From the access of others on: most clients have none, and are not looked at.
select distinct b.client_id as "clientId", birthday
from ages_of_majority a
    cross join access_of_others other on other.organisation_id = a.organisation_id
    cross join birthdays b on b.client_id = other.client_id
where a.organisation_id = :organisation and birthday <= :today and other.given_on <= birthday
order by "birthday", "clientId";
