-- projection: profile-states
-- Where every client and sign-in account stands.
--
-- What depends on the day (whether credentials have expired) is not stored but asked with the
-- organisation's local date `today`. Nothing personal is kept here.

-- small: organisations, disabling_statuses

create table organisations (
    organisation_id          text primary key,
    name                     text not null,
    time_zone                text not null,
    max_failed_registrations integer not null
) strict, without rowid;

create table disabling_statuses (
    organisation_id text not null,
    status          text not null,
    primary key (organisation_id, status)
) strict, without rowid;

create table clients (
    client_id       text primary key,
    organisation_id text not null,
    record_status   text not null,
    -- By `or`, because SQLite makes a list of more than two anew for each row.
    client_status   text not null check (
        client_status = 'notInvited' or client_status = 'pendingAcceptance'
        or client_status = 'accepted' or client_status = 'rejected'),
    registered_at   text not null,
    end_date        text,
    is_end_date_applied integer not null
) strict, without rowid;

-- Invitations to own the profile. What becomes of others says nothing about where the client
-- stands.
create table ownership_invitations (
    invitation_id text primary key
) strict, without rowid;

create table portal_accounts (
    account_id              text primary key,
    client_id               text not null,
    holder                  text not null,
    is_registered           integer not null,
    is_email_confirmed      integer not null,
    is_locked               integer not null,
    is_disabled_by_staff    integer not null,
    is_disabled_by_status   integer not null,
    failed_attempts         integer not null,
    confirmation_expires_at text,
    onboarded_at            text not null,
    -- Until when the password works that was mailed; null once there is one of their own.
    mailed_password_until   text,
    -- The invitation that it was mailed with, which may be taken back.
    mailed_password_with    text
) strict, without rowid;

create table credentials (
    credential_id  text primary key,
    account_id     text not null,
    client_id      text not null,
    state          text not null check (
        state = 'created' or state = 'distributed' or state = 'activated'
        or state = 'expired' or state = 'superseded' or state = 'voided'),
    expiry_date    text not null,
    created_at     text not null,
    distributed_at text
) strict, without rowid;

-- Links that were mailed and register an account.
create table registration_links (
    invitation_id text primary key,
    account_id    text not null,
    expires_at    text not null
) strict, without rowid;

create index portal_accounts_mailed on portal_accounts (mailed_password_with)
where mailed_password_with is not null;

-- after: rebuild
create index clients_by_organisation on clients (organisation_id, record_status);
create index clients_ending on clients (organisation_id, end_date)
where end_date is not null and not is_end_date_applied;
create index portal_accounts_by_client on portal_accounts (client_id);
create index portal_accounts_unconfirmed on portal_accounts (confirmation_expires_at)
where confirmation_expires_at is not null;
create index credentials_by_account on credentials (account_id);
create index credentials_unused on credentials (expiry_date)
where state in ('created', 'distributed');
create index registration_links_by_account on registration_links (account_id);

-- The organisation

-- on: OrganisationRegistered.v1
insert into organisations values (:organisationId, :name, :timeZone, 5);
insert into disabling_statuses
values (:organisationId, 'deceased'), (:organisationId, 'inactive'), (:organisationId, 'merged');

-- on: OrganisationTimeZoneChanged.v1
update organisations set time_zone = :timeZone where organisation_id = @organisation;

-- on: RegistrationLockoutPolicyChanged.v1
update organisations set max_failed_registrations = :maxFailedRegistrations
where organisation_id = @organisation;

-- on: DisablingRecordStatusesChanged.v1
delete from disabling_statuses where organisation_id = @organisation;
insert into disabling_statuses select @organisation, value from json_each(:statuses);

-- The client

-- on: ClientRegistered.v1
insert into clients
values (:clientId, @organisation, 'active', 'notInvited', @time, null, 0);

-- on: ClientEndDateSet.v1, ClientEndDateChanged.v1
update clients set end_date = :endDate where client_id = :clientId;

-- on: ClientEndDateRemoved.v1
update clients set end_date = null where client_id = :clientId;

-- on: ClientEndDateTookEffect.v1
update clients set is_end_date_applied = 1 where client_id = :clientId;

-- on: ClientEndDateLifted.v1
update clients set is_end_date_applied = 0 where client_id = :clientId;

-- on: ClientRecordStatusChanged.v1
update clients set record_status = :to where client_id = :clientId;

-- The client's answer to an invitation; one that has expired is not answered (A-26)

-- on: ClientInvited.v1, ClientReInvited.v1
insert into ownership_invitations values (:invitationId);
update clients set client_status = 'pendingAcceptance' where client_id = :clientId;

-- on: InvitationAccepted.v1
update clients set client_status = 'accepted'
where client_id = :clientId
    and :invitationId in (select invitation_id from ownership_invitations);
delete from registration_links where invitation_id = :invitationId;

-- on: InvitationRejected.v1
update clients set client_status = 'rejected'
where client_id = :clientId
    and :invitationId in (select invitation_id from ownership_invitations);
delete from registration_links where invitation_id = :invitationId;

-- on: InvitationRevoked.v1
update clients set client_status = 'notInvited'
where client_id = :clientId
    and :invitationId in (select invitation_id from ownership_invitations);
delete from registration_links where invitation_id = :invitationId;
-- A password that was mailed is no way in to what was taken back.
update portal_accounts set mailed_password_until = min(mailed_password_until, @time)
where mailed_password_with = :invitationId;

-- on: PortalInvitationSent.v1
insert into registration_links
select :invitationId, :accountId, :expiresAt
where :accountId is not null
    and (:kind = 'registration' or :kind = 'auto' or :kind = 'caregiver');

-- on: PortalInvitationResent.v1
update registration_links set expires_at = :expiresAt where invitation_id = :invitationId;

-- Who owned a profile for a minor owns it no longer, and the client can be asked now.

-- on: ProfileOwnershipEnded.v1
update clients set client_status = 'notInvited'
where client_id = :clientId and client_status = 'accepted';

-- The sign-in account

-- on: PatientAccountOnboarded.v1
insert into portal_accounts
values (:accountId, :clientId, 'client', 0, 0, 0, 0, 0, 0, null, @time, null, null);

-- on: ContactAccountOnboarded.v1
insert into portal_accounts
values (
    :accountId, :clientId, 'person/' || :personId, 0, 0, 0, 0, 0, 0, null, @time, null, null);

-- on: PatientCredentialsCreated.v1
insert into credentials
values (:credentialId, :accountId, :clientId, 'created', :expiryDate, @time, null);
update portal_accounts
set is_registered = 0, is_email_confirmed = 0, confirmation_expires_at = null,
    mailed_password_until = null
where account_id = :accountId;

-- on: PatientCredentialsDistributed.v1
update credentials set state = 'distributed', distributed_at = @time
where credential_id = :credentialId;
update portal_accounts set failed_attempts = 0 where account_id = :accountId;

-- on: PatientCredentialsSuperseded.v1
update credentials set state = 'superseded' where credential_id = :credentialId;

-- on: PatientCredentialsActivated.v1
update credentials set state = 'activated' where credential_id = :credentialId;

-- on: PatientCredentialsExpired.v1
update credentials set state = 'expired' where credential_id = :credentialId;

-- on: PatientCredentialsVoided.v1
update credentials set state = 'voided' where credential_id = :credentialId;

-- on: PatientUserFailedToRegister.v1
update portal_accounts set failed_attempts = :attempt where account_id = :accountId;

-- on: PatientAccountLocked.v1
update portal_accounts set is_locked = 1 where account_id = :accountId;

-- on: PatientAccountUnlocked.v1
update portal_accounts set is_locked = 0 where account_id = :accountId;

-- Whoever registers by a link has shown that the address is theirs.

-- on: PatientUserSuccessfullyRegistered.v1
update portal_accounts set is_registered = 1, is_email_confirmed = iif(:route = 'credentials', 0, 1)
where account_id = :accountId;

-- on: ConfirmationEmailSent.v1
update portal_accounts set confirmation_expires_at = :expiresAt where account_id = :accountId;

-- on: ConfirmationLinkExpired.v1
update portal_accounts set confirmation_expires_at = null where account_id = :accountId;

-- A link that went to a former address confirms nothing, so it does not become due either.

-- on: LoginEmailReleased.v1
update portal_accounts set confirmation_expires_at = null where account_id = :accountId;

-- on: PatientEmailConfirmed.v1
update portal_accounts set is_email_confirmed = 1, confirmation_expires_at = null
where account_id = :accountId;

-- on: TemporaryPasswordIssued.v1
update portal_accounts
set mailed_password_until = :expiresAt, mailed_password_with = :invitationId
where account_id = :accountId;

-- on: PasswordSet.v1
update portal_accounts set mailed_password_until = null where account_id = :accountId;

-- Who gets in with a password that was mailed is registered by it.

-- on: SignedIn.v1
update portal_accounts set is_registered = 1, is_email_confirmed = 1
where account_id = :accountId and not (is_registered and is_email_confirmed);

-- on: PatientAccountDisabled.v1
update portal_accounts set is_disabled_by_staff = 1 where account_id = :accountId;

-- An end date is no cause that stays: the date itself decides (A-18).

-- on: PatientAccountDisabledAutomatically.v1
update portal_accounts set is_disabled_by_status = 1
where account_id = :accountId and :cause = 'recordStatus';

-- on: PatientAccountEnabled.v1
update portal_accounts set is_disabled_by_staff = 0, is_disabled_by_status = 0
where account_id = :accountId;

-- Of the accounts of two merged records one is the survivor's own from then on; another that the
-- survivor had is so no longer. One that comes along has been registered.

-- on: ClientRecordsMerged.v1
update portal_accounts set holder = 'closed'
where account_id = :closedAccountId and client_id = :clientId;
update portal_accounts
set client_id = :clientId, failed_attempts = 0, confirmation_expires_at = null
where account_id = :keptAccountId and client_id = :merged;

-- query: organisations ()
select organisation_id as "organisationId", name, time_zone as "timeZone"
from organisations order by organisation_id;

-- The state that staff see: the first that applies (T3).

-- query: patient-user-state (client, today, now)
select
    c.client_id as "clientId", a.account_id as "accountId",
    case
        when a.account_id is null then null
        when a.is_disabled_by_staff or a.is_disabled_by_status or d.status is not null
            or c.is_end_date_applied or c.end_date <= :today
        then 'Disabled'
        when a.is_locked then 'Locked'
        when not a.is_registered then 'Pending registration'
        when not a.is_email_confirmed then 'Pending email confirmation'
        else 'Active'
    end as state,
    (
        select json_group_array(cause) from (
            select 'endDate' as cause where c.is_end_date_applied or c.end_date <= :today
            union all
            select 'manual' where a.is_disabled_by_staff
            union all
            select 'recordStatus' where a.is_disabled_by_status or d.status is not null)
        where a.account_id is not null
    ) as "causes json",
    coalesce(
        a.is_registered
        or a.mailed_password_until > :now
        or not a.is_locked and exists (
            select 1 from registration_links
            where account_id = a.account_id and expires_at > :now)
        or exists (
            select 1 from credentials
            where account_id = a.account_id and state = 'distributed' and expiry_date >= :today),
        0) as "activeCredentials bool",
    c.record_status as "recordStatus",
    -- A stricter policy may come after the attempts.
    max(0, o.max_failed_registrations - a.failed_attempts) as "failedAttemptsLeft"
from clients c
    join organisations o using (organisation_id)
    left join portal_accounts a on a.client_id = c.client_id and a.holder = 'client'
    left join disabling_statuses d
        on d.organisation_id = c.organisation_id and d.status = c.record_status
where c.client_id = :client;

-- query: client-status (client)
select client_id as "clientId", client_status as "clientStatus", record_status as "recordStatus"
from clients where client_id = :client;

-- query: credentials-due-to-expire (organisation, today, until)
select
    k.client_id as "clientId", credential_id as "credentialId", created_at as "createdAt",
    distributed_at as "distributedAt", expiry_date as "expiryDate"
from credentials k join clients c on c.client_id = k.client_id
where c.organisation_id = :organisation and state in ('created', 'distributed')
    and expiry_date >= :today and expiry_date <= :until
order by expiry_date, credential_id;

-- query: undistributed-credentials (organisation, today)
select
    k.client_id as "clientId", credential_id as "credentialId", created_at as "createdAt",
    expiry_date as "expiryDate"
from credentials k join clients c on c.client_id = k.client_id
where c.organisation_id = :organisation and state in ('created', 'distributed')
    and state = 'created' and expiry_date >= :today
order by created_at, credential_id;

-- What has become due; the scheduler asks, and the deciding rule checks again.

-- query: due-credentials (organisation, today)
select account_id as "accountId", expiry_date as "expiryDate"
from credentials k join clients c on c.client_id = k.client_id
where c.organisation_id = :organisation and state in ('created', 'distributed')
    and expiry_date < :today
order by expiry_date, account_id;

-- query: due-end-dates (organisation, today)
select client_id as "clientId", end_date as "endDate"
from clients
where organisation_id = :organisation and end_date <= :today and not is_end_date_applied
order by end_date, client_id;

-- query: due-disablings (organisation, today)
-- From the statuses on: only clients of these are looked at, not all that there are.
select c.client_id as "clientId"
from disabling_statuses d
    cross join clients c
        on c.organisation_id = d.organisation_id and c.record_status = d.status
    cross join portal_accounts a on a.client_id = c.client_id and a.holder = 'client'
where d.organisation_id = :organisation and not a.is_disabled_by_status
    and :today is not null
order by c.client_id;

-- query: due-confirmations (now)
select
    account_id as "accountId", confirmation_expires_at as "expiresAt",
    organisation_id as "organisationId"
from portal_accounts join clients using (client_id)
where confirmation_expires_at <= :now
order by confirmation_expires_at, account_id;
