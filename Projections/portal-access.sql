-- projection: portal-access
-- Who can use the portal and see which profile, and what staff can do about it (domain.md §1.5).
--
-- Here stand the tables; what each event does to them stands in portal-access.events.sql, and what
-- can be asked in portal-access.queries.sql.
--
-- What only the calendar changes is not stored but asked, with the organisation's local date
-- `today` and the time `now`. Names and addresses are kept only while their key exists.

-- small: disabling_statuses, ages_of_majority, leap_rules, portal_roles, staff, staff_permissions

create table disabling_statuses (
    organisation_id text not null,
    status          text not null,
    primary key (organisation_id, status)
) strict, without rowid;

-- At which age of a client the access of others ends, where it does.
create table ages_of_majority (
    organisation_id text primary key,
    age_years       integer not null
) strict, without rowid;

-- When somebody born on 29 February has the birthday in common years, where it is not 1 March.
create table leap_rules (
    organisation_id text primary key,
    rule            text not null
) strict, without rowid;

create table portal_roles (
    role_id         text primary key,
    organisation_id text not null,
    name            text not null,
    permissions     text not null,
    is_retired      integer not null
) strict, without rowid;

create table staff (
    staff_id        text primary key,
    organisation_id text not null
) strict, without rowid;

-- A permission that somebody holds, or that a check box of its own has taken away (S2-13).
create table staff_permissions (
    staff_id   text not null,
    permission text not null,
    is_allowed integer not null,
    primary key (staff_id, permission)
) strict, without rowid;

-- The profile is the one that exists now; `unowned` is what its ownership is while nobody owns it.
-- The account is the client's own. Names are empty once they have been erased.
create table clients (
    client_id           text primary key,
    organisation_id     text not null,
    given_name          text not null,
    family_name         text not null,
    date_of_birth       text,
    email               text,
    record_status       text not null,
    -- By `or`, because SQLite makes a list of more than two anew for each row.
    client_status       text not null check (
        client_status = 'notInvited' or client_status = 'pendingAcceptance'
        or client_status = 'accepted' or client_status = 'rejected'),
    end_date            text,
    is_end_date_applied integer not null,
    is_read_only        integer not null,
    is_auto_send_on     integer not null,
    merged_into         text,
    -- The record that stands for the person now, however often this one was merged.
    survivor_id         text,
    account_id          text,
    profile_id          text,
    control             text check (control in ('organisation', 'owner')),
    ownership           text check (
        ownership = 'none' or ownership = 'provisional' or ownership = 'owned'
        or ownership = 'rejected'),
    unowned             text check (unowned in ('none', 'provisional')),
    owner_account_id    text
) strict, without rowid;

create index clients_merged on clients (merged_into) where merged_into is not null;

create table representatives (
    representative_id text primary key,
    client_id         text not null,
    email             text
) strict, without rowid;

create index representatives_by_client on representatives (client_id);

create table contacts (
    contact_id text primary key,
    client_id  text not null,
    person_id  text not null,
    email      text,
    is_enabled integer not null,
    added_in   integer not null
) strict, without rowid;

-- A sign-in account and the client with whom it was opened. A client is their own person. The
-- credential is the newest that was issued. Who has enrolled has registered for the own record, as
-- opposed to those of others. Whoever has signed in or set a password has a way in of
-- their own; a password that was mailed waits to be replaced by one.
create table accounts (
    account_id            text primary key,
    organisation_id       text not null,
    client_id             text not null,
    person_id             text not null,
    is_own                integer not null,
    opened_in             integer not null,
    login_email           text,
    is_registered         integer not null default 0,
    is_email_confirmed    integer not null default 0,
    has_enrolled          integer not null default 0,
    is_locked             integer not null default 0,
    is_disabled_by_staff  integer not null default 0,
    is_disabled_by_status integer not null default 0,
    is_in_use             integer not null default 0,
    -- Closed for good when records were merged.
    is_closed             integer not null default 0,
    last_sign_in          text,
    mailed_password_until text,
    -- The invitation that it was mailed with, which may be taken back.
    mailed_password_with  text,
    credential_id         text,
    credential_state      text check (
        credential_state = 'created' or credential_state = 'distributed'
        or credential_state = 'activated' or credential_state = 'expired'
        or credential_state = 'superseded' or credential_state = 'voided'),
    credential_expiry     text
) strict, without rowid;

create index accounts_by_client on accounts (client_id);

-- Merged records whose own account it was before.
create table former_clients (
    account_id text not null,
    client_id  text not null,
    primary key (account_id, client_id)
) strict, without rowid;

create table invitations (
    invitation_id text primary key,
    client_id     text not null,
    kind          text not null,
    is_to_patient integer not null,
    account_id    text,
    grant_id      text,
    state         text not null check (
        state = 'pending' or state = 'expired' or state = 'accepted' or state = 'rejected'
        or state = 'revoked'),
    sent_in       integer not null,
    expires_at    text not null
) strict, without rowid;

-- Access to a profile. A professional's belongs to an organisation or one member of its staff,
-- others to a person, and where they were given through the portal to an account. What suspends an
-- access ends by itself, and what it was before comes back.
create table grants (
    grant_id        text primary key,
    client_id       text not null,
    profile_id      text not null,
    organisation_id text,
    staff_id        text,
    person_id       text,
    account_id      text,
    role_id         text,
    is_waiting      integer not null,
    by_reject       integer not null default 0,
    by_date         integer not null default 0,
    is_removed      integer not null default 0,
    given_in        integer not null
) strict, without rowid;

create index grants_by_client on grants (client_id, given_in);

-- The actions in the order in which staff see them, with the permission that each takes.
create view actions (place, label, permission) as
values
    (1, 'Invite Client', 'inviteClient'),
    (2, 'Connect patient portal', 'workOnProfile'),
    (3, 'Revoke invitation', 'inviteClient'),
    (4, 'Create Patient Portal Credentials', 'managePatientCredentials'),
    (5, 'Disable Patient Profile Account', 'managePatientCredentials'),
    (6, 'Enable Patient Profile Account', 'managePatientCredentials'),
    (7, 'Distribute Patient Profile Credentials', 'managePatientCredentials'),
    (8, 'Add Family Portal Access', 'manageFamilyPortalAccess'),
    (9, 'Add Family Portal access', 'manageFamilyPortalAccess'),
    (10, 'Resend invite', 'manageFamilyPortalAccess'),
    (11, 'Manage Family Portal Access', 'manageFamilyPortalAccess'),
    (12, 'Send patient portal invite', 'sendPortalInvitation'),
    (13, 'Re-send patient portal invite', 'sendPortalInvitation'),
    (14, 'Send patient portal message', 'messagePatients'),
    (15, 'Auto-send invitation toggle', 'sendPortalInvitation');

-- From which date on clients have no access: '' once that has taken effect, for good until it is
-- lifted, and 'never' where there is none. They sort before and after all dates. The profile of a
-- merged record is shut with that of the record which stands for the person.
create view client_ends as
select
    c.client_id, iif(c.is_end_date_applied, '', coalesce(c.end_date, 'never')) as closed_from,
    min(
        iif(c.is_end_date_applied, '', coalesce(c.end_date, 'never')),
        iif(coalesce(survivor.is_end_date_applied, 0), '', coalesce(survivor.end_date, 'never')))
        as shut_from
from clients c left join clients survivor on survivor.client_id = c.survivor_id;

-- The accesses through the portal that have not ended, of the profiles that exist. One of others
-- than the client can end with the client's coming of age.
create view accesses as
select
    c.organisation_id, g.grant_id, g.client_id, g.profile_id, g.account_id, g.person_id, g.role_id,
    g.given_in,
    case when g.by_reject or g.by_date then 'suspended' when g.is_waiting then 'invited'
        else 'active' end as state,
    coalesce(g.account_id <> c.account_id, true) and coalesce(
        g.person_id <> c.client_id and g.person_id <> coalesce(c.merged_into, ''), true)
        as is_of_others
from grants g join clients c on c.client_id = g.client_id and c.profile_id = g.profile_id
where not g.is_removed and g.organisation_id is null;

-- As whom an account's holder may have been given access: a client as each record of theirs.
create view account_people (account_id, person_id) as
select account_id, person_id from accounts
union all
select account_id, client_id from former_clients;

-- Where a client stands, as far as no date is involved.
create view client_standing as
select
    c.client_id, c.organisation_id, c.client_status, c.is_auto_send_on, c.is_read_only,
    c.profile_id, c.control, c.ownership, c.account_id, c.survivor_id,
    e.closed_from, e.shut_from,
    d.status is not null as has_disabling_status,
    coalesce(a.is_disabled_by_staff or a.is_disabled_by_status, false) or d.status is not null
        as is_disabled,
    coalesce(a.is_locked, false) as is_locked, coalesce(a.is_registered, false) as is_registered,
    coalesce(a.is_closed, false) as has_closed_account, a.is_email_confirmed, a.last_sign_in,
    a.mailed_password_until, a.credential_state,
    a.credential_expiry,
    -- The client has registered for the own record, whatever became of the access.
    coalesce(a.is_registered and a.has_enrolled, false) as has_registered,
    -- There is somebody on the patient's side to write to.
    coalesce(a.is_registered and a.has_enrolled, false) or coalesce(
        (select is_registered from accounts where account_id = c.owner_account_id),
        c.owner_account_id is not null)
        as has_reader,
    -- The client has registered, and not lost the access that came of it.
    coalesce(
        a.is_registered and (
            not a.is_email_confirmed or exists (
                select 1 from grants
                where client_id = c.client_id and profile_id = c.profile_id
                    and account_id = c.account_id and not is_removed)), false)
        as is_enrolled,
    -- Until when a link that was mailed registers the client's account.
    (select max(expires_at) from invitations
        where client_id = c.client_id and account_id = c.account_id
            and kind in ('registration', 'auto', 'caregiver') and state in ('pending', 'expired'))
        as link_until,
    -- An invitation to the portal waits for the client's answer, expired or not (A-13).
    exists (
        select 1 from invitations
        where client_id = c.client_id and is_to_patient
            and kind in ('registration', 'auto', 'familyPortal')
            and state in ('pending', 'expired'))
        as is_invitation_waiting
from clients c
    join client_ends e on e.client_id = c.client_id
    left join disabling_statuses d
        on d.organisation_id = c.organisation_id and d.status = c.record_status
    left join accounts a on a.account_id = c.account_id;

-- The indexes that only questions need.

-- after: rebuild
create index portal_roles_by_organisation on portal_roles (organisation_id);
create index clients_by_name on clients (organisation_id, family_name, given_name, client_id);
create index contacts_by_client on contacts (client_id, added_in);
create index accounts_by_person on accounts (person_id);
create index invitations_by_client on invitations (client_id, sent_in);
create index grants_by_account on grants (account_id) where account_id is not null;
create index grants_by_person on grants (person_id) where account_id is null;
