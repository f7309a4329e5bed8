-- projection: access-grants
-- Who may see which profile, in which role, since when, and by whose act.
--
-- An access waits for its holder, is active, suspended by a rejected invitation or an end date, or
-- removed for good. A removed one stays here, so that one can see that it was there.

-- small: portal_roles

create table portal_roles (
    role_id     text primary key,
    name        text not null,
    permissions text not null,
    is_retired  integer not null
) strict, without rowid;

create table access_grants (
    grant_id   text primary key,
    profile_id text not null,
    client_id  text not null,
    holder     text not null,
    account_id text,
    role_id    text,
    -- By `or`, because SQLite makes a list of more than two anew for each row.
    state      text not null check (
        state = 'invited' or state = 'active' or state = 'suspended' or state = 'removed'),
    -- What a suspended one comes back to once nothing suspends it any more.
    before     text not null check (before in ('invited', 'active')),
    by_reject  integer not null,
    by_date    integer not null,
    reason     text,
    since      text not null,
    granted_by text not null
) strict, without rowid;

create index access_grants_by_profile on access_grants (profile_id);
-- Nearly everybody who signs in has done so before.
create index access_grants_waiting on access_grants (account_id) where state = 'invited';

create table profile_owners (
    profile_id text primary key,
    person_id  text not null,
    account_id text not null
) strict, without rowid;

-- Which account somebody signs in with who is not the client.
create table person_accounts (
    person_id  text not null,
    account_id text not null,
    primary key (person_id, account_id)
) strict, without rowid;

-- Which access an invitation is for.
create table grant_invitations (
    invitation_id text primary key,
    grant_id      text not null
) strict, without rowid;

-- after: rebuild
create index access_grants_by_account on access_grants (account_id);
create index access_grants_by_person on access_grants (holder)
where account_id is null and holder like 'person/%';

-- on: PortalRoleDefined.v1
insert into portal_roles values (:roleId, :name, :permissions, 0);

-- on: PortalRoleRetired.v1
update portal_roles set is_retired = 1 where role_id = :roleId;

-- on: PortalRoleChanged.v1
update portal_roles set name = :name, permissions = :permissions where role_id = :roleId;

-- on: ContactAccountOnboarded.v1
insert into person_accounts values (:personId, :accountId);

-- on: ProfessionalAccessGranted.v1
insert into access_grants
values (
    :grantId, :profileId, :clientId,
    iif(:staffId is null, 'organisation/' || :toOrganisationId, 'staff/' || :staffId), null, null,
    'active', 'active', 0, 0, :basis, @time, @actor);

-- on: CollaboratorAccessGranted.v1
insert into access_grants
values (
    :grantId, :profileId, :clientId, 'person/' || :personId,
    coalesce(:accountId, (select account_id from person_accounts where person_id = :personId)),
    :roleId, 'active', 'active', 0, 0, null, @time, @actor);

-- on: PatientAccessGranted.v1
insert into access_grants
values (
    :grantId, :profileId, :clientId, 'client/' || :clientId, :accountId, :roleId, 'active',
    'active', 0, 0, null, @time, @actor)
on conflict (grant_id) do update
set state = 'active', before = 'active', by_reject = 0, by_date = 0, reason = null
where state <> 'removed';

-- on: FamilyPortalAccessAdded.v1
insert into access_grants
values (
    :grantId, :profileId, :clientId, :holderKind || '/' || :holderId, :accountId, :roleId,
    iif(:awaitsSignIn, 'invited', 'active'), 'active', 0, 0, null, @time, @actor);

-- on: AccessRoleChanged.v1
update access_grants set role_id = :to where grant_id = :grantId;

-- An access is in use once its holder has signed in, which accepts the invitation to it.

-- on: PortalInvitationSent.v1
insert into grant_invitations select :invitationId, :grantId where :grantId is not null;

-- on: InvitationAccepted.v1
update access_grants set state = 'active', since = @time
where state = 'invited'
    and grant_id = (select grant_id from grant_invitations where invitation_id = :invitationId);

-- on: SignedIn.v1
update access_grants set state = 'active', since = @time
where state = 'invited' and account_id = :accountId
    and profile_id in (select value from json_each(:profileIds));

-- on: ProfileOwnershipAssumed.v1
insert into profile_owners values (:profileId, :ownerPersonId, :accountId)
on conflict (profile_id) do update
set person_id = excluded.person_id, account_id = excluded.account_id;

-- on: ProfileOwnershipEnded.v1
delete from profile_owners where profile_id = :profileId;

-- A rejected invitation suspends every access; a new one gives back what it took.

-- on: ProfileAccessRemoved.v1
update access_grants
set before = iif(state = 'suspended', before, state), by_reject = 1, state = 'suspended',
    reason = :reason, since = @time
where grant_id in (select value from json_each(:grantIds)) and state <> 'removed';

-- on: ProfileAccessRestored.v1
update access_grants
set by_reject = 0, state = iif(by_date, 'suspended', before), reason = :reason, since = @time
where grant_id in (select value from json_each(:grantIds)) and state = 'suspended';

-- on: PortalAccessSuspended.v1
update access_grants
set before = iif(state = 'suspended', before, state), state = 'suspended',
    by_reject = by_reject or :reason = 'rejection', by_date = by_date or :reason = 'endDate',
    reason = :reason, since = @time
where grant_id = :grantId and state <> 'removed';

-- on: PortalAccessReinstated.v1
update access_grants
set by_reject = by_reject and :reason <> 'rejection', by_date = by_date and :reason <> 'endDate',
    state = iif(
        (by_reject and :reason <> 'rejection') or (by_date and :reason <> 'endDate'),
        'suspended', before),
    reason = :reason, since = @time
where grant_id = :grantId and state = 'suspended';

-- on: FamilyPortalAccessRemoved.v1
update access_grants set state = 'removed', reason = :reason, since = @time
where grant_id = :grantId;

-- on: MedicalProfileDeleted.v1
update access_grants set state = 'removed', reason = 'profileDeleted', since = @time
where profile_id = :profileId and state <> 'removed';

-- An account that goes over to the record that its client's was merged into is that client's own.

-- on: ClientRecordsMerged.v1
update access_grants set holder = 'client/' || :clientId
where account_id = :keptAccountId and client_id in (:clientId, :merged)
    and holder not like 'person/%' and :hasSignedIn is not null;
-- What somebody was given in their own name they see with the account that stays.
update access_grants set account_id = :keptAccountId
where account_id = :closedAccountId and holder like 'person/%' and state <> 'removed'
    and :keptAccountId is not null;

-- query: by-profile (profile)
select
    grant_id as "grantId", profile_id as "profileId", holder, account_id as "accountId",
    role_id as "roleId", name as "role", permissions as "permissions json", state, reason, since,
    granted_by as "by"
from access_grants left join portal_roles using (role_id)
where profile_id = :profile
order by grant_id;

-- What somebody was given before they had an account is in their own name.

-- query: by-account (account, people)
select
    profile_id as "profileId", client_id as "clientId", grant_id as "grantId",
    role_id as "roleId", name as "role", permissions as "permissions json", state, since
from access_grants left join portal_roles using (role_id)
where account_id = :account
    or account_id is null and holder like 'person/%'
        and holder in (select 'person/' || value from json_each(:people))
order by profile_id, grant_id;
