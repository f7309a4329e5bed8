-- What can be asked of the tables of portal-access.sql.

-- Clients with their state and with what somebody can do for them now: the one client that is
-- named, or else the organisation's by name, `limit` of them behind the client `after`. Without
-- `staff` the shell asks, which may do everything.

-- query: client-list (organisation, client, staff, today, now, limit, after)
with
page as (
    select * from (
        select client_id, given_name, family_name from clients
        where organisation_id = :organisation and :client is null
            and (family_name, given_name, client_id) > (
                select family_name, given_name, client_id from clients where client_id = :after
                union all
                select '', '', ''
                limit 1)
        order by family_name, given_name, client_id
        limit coalesce(:limit, -1))
    union all
    select client_id, given_name, family_name from clients
    where client_id = :client and organisation_id = :organisation
),
-- What the date adds. First match wins (T3).
listed as materialized (
    select
        p.given_name, p.family_name, s.*,
        s.shut_from <= :today as is_closed,
        s.closed_from <= :today or s.has_disabling_status as is_record_disabling,
        case
            when s.account_id is null then null
            when s.is_disabled or s.closed_from <= :today then 'Disabled'
            when s.is_locked then 'Locked'
            when not s.is_registered then 'Pending registration'
            when not s.is_email_confirmed then 'Pending email confirmation'
            else 'Active'
        end as user_state,
        coalesce(
            s.is_registered or s.mailed_password_until > :now
            or (not s.is_locked and s.link_until > :now)
            or (s.credential_state = 'distributed' and s.credential_expiry >= :today), false)
            as has_credentials,
        s.shut_from > :today and not s.is_read_only and not s.is_disabled and not s.is_locked
            and not s.is_enrolled and not s.has_registered and s.survivor_id is null
            and (s.profile_id is null or (s.control <> 'owner' and s.ownership <> 'rejected'))
            as may_be_invited
    from page p cross join client_standing s on s.client_id = p.client_id
)
select
    l.client_id as "clientId", nullif(given_name || ' ' || family_name, ' ') as name,
    client_status as "clientStatus", user_state as "userState", last_sign_in as "lastSignIn",
    (
        select json_group_array(json(action)) from (
            select
                iif(p.contact_id is null, json_object('label', act.label),
                    json_object('label', act.label, 'contactId', p.contact_id)) as action
            -- The client and their contacts, each with the access to this profile, with the account
            -- that they sign in with wherever it was opened, and with their card if they are a
            -- client themself.
            from (
                    select null as contact_id, 0 as added_in, l.client_id as person_id,
                        coalesce(l.survivor_id, l.client_id) as stands_for, true as is_enabled
                    union all
                    select
                        contact_id, added_in, person_id,
                        coalesce(
                            (select survivor_id from clients c where c.client_id = k.person_id),
                            person_id),
                        is_enabled
                    from contacts k where k.client_id = l.client_id
                ) p
                left join grants g on g.grant_id = (
                    select grant_id from grants h
                    where client_id = l.client_id and profile_id = l.profile_id
                        and coalesce(
                            (select survivor_id from clients c where c.client_id = h.person_id),
                            person_id) = p.stands_for
                        and not is_removed
                    order by given_in limit 1)
                left join accounts k on k.account_id = coalesce(
                    -- A merged record's person is the survivor's.
                    (with recursive survivors (person_id, place) as (
                            select merged_into, 1 from clients
                            where client_id = p.person_id and organisation_id = :organisation
                            union all
                            select c.merged_into, place + 1
                            from survivors s cross join clients c on c.client_id = s.person_id)
                        select account_id from (
                            select a.*, place, a.client_id <> l.client_id as is_elsewhere
                            from survivors cross join accounts a using (person_id))
                        order by place desc, is_elsewhere, client_id, not is_own, opened_in
                        limit 1),
                    (select account_id from accounts
                        where person_id = p.person_id and client_id = l.client_id
                        order by not is_own, opened_in limit 1),
                    (select account_id from accounts
                        where person_id = p.person_id and organisation_id = :organisation
                        order by client_id, not is_own, opened_in limit 1))
                left join clients own
                    on own.client_id = p.stands_for and own.organisation_id = :organisation
                left join disabling_statuses d
                    on d.organisation_id = own.organisation_id and d.status = own.record_status
                cross join actions act
            where
                (:staff is null or exists (
                    select 1 from staff join staff_permissions using (staff_id)
                    where staff_id = :staff and organisation_id = :organisation
                        and permission = act.permission and is_allowed))
                and case
                    -- Access through the portal is given, invited to again and managed for the
                    -- client and for each contact, where the organisation controls the profile.
                    when act.label in ('Add Family Portal Access', 'Add Family Portal access')
                    then (act.label = 'Add Family Portal Access') = (p.contact_id is null)
                        and g.grant_id is null and p.is_enabled
                        and l.control = 'organisation' and l.ownership <> 'rejected'
                        and not l.is_closed and d.status is null
                        and not (p.contact_id is null and l.is_record_disabling)
                        and not coalesce(
                            k.is_disabled_by_staff or k.is_disabled_by_status or k.is_locked, false)
                        -- Who has a password already may care for others (A-37).
                        and (coalesce(k.is_in_use, false) or own.client_id is null
                            or not (own.is_end_date_applied
                                or coalesce(own.end_date <= :today, false)))
                    when act.label = 'Resend invite'
                    then not l.is_closed and not g.by_reject and not g.by_date
                        and exists (
                            select 1
                            from invitations i
                                join accounts w on w.account_id = i.account_id
                                join clients h on h.client_id = w.client_id
                                left join disabling_statuses s
                                    on s.organisation_id = h.organisation_id
                                        and s.status = h.record_status
                            where i.client_id = l.client_id and i.grant_id = g.grant_id
                                and i.kind = 'familyPortal' and i.state in ('pending', 'expired')
                                and not w.is_in_use and not w.is_locked
                                and not w.is_disabled_by_staff and not w.is_disabled_by_status
                                and not (w.is_own and (
                                    s.status is not null or h.is_end_date_applied
                                    or coalesce(h.end_date <= :today, false))))
                    when act.label = 'Manage Family Portal Access'
                    then g.grant_id is not null and l.control = 'organisation'
                    -- All others are the client's own.
                    when p.contact_id is not null then false
                    when act.label = 'Invite Client'
                    then l.client_status in ('notInvited', 'rejected')
                    when act.label = 'Revoke invitation' then l.client_status = 'pendingAcceptance'
                    when act.label = 'Connect patient portal'
                    then l.ownership = 'owned' and exists (
                        select 1 from grants w
                        where w.client_id = l.client_id and w.profile_id = l.profile_id
                            and w.organisation_id = :organisation
                            and (w.staff_id is null or w.staff_id = :staff)
                            and not w.is_removed and not w.by_reject and not w.by_date)
                    when act.label = 'Create Patient Portal Credentials'
                    then not l.is_record_disabling and l.user_state is not 'Active'
                        and not (l.user_state is 'Disabled' and l.has_credentials)
                    when act.label = 'Disable Patient Profile Account' then l.user_state = 'Active'
                    when act.label = 'Enable Patient Profile Account'
                    then l.user_state = 'Disabled' and l.has_credentials
                        and not l.is_record_disabling and not l.has_closed_account
                    when act.label = 'Distribute Patient Profile Credentials'
                    then l.user_state is not 'Active' and not l.has_credentials
                        and not l.is_record_disabling
                    when act.label = 'Send patient portal invite'
                    then l.may_be_invited and not l.is_invitation_waiting
                    when act.label = 'Re-send patient portal invite'
                    then l.may_be_invited and l.is_invitation_waiting
                    when act.label = 'Send patient portal message'
                    then l.has_reader and not l.is_read_only and not l.is_closed
                    when act.label = 'Auto-send invitation toggle' then true
                end
            order by act.place, p.added_in)
    ) as "actions json"
from listed l
order by family_name, given_name, l.client_id;

-- The link on the patient messaging tab: to invite, to invite again, or to write a message once
-- somebody has registered; none once the end date has come (S4-03, 09, 12).

-- query: messaging-tab (organisation, client, today)
select
    case
        when is_read_only or shut_from <= :today then null
        when has_reader then 'Send patient portal message'
        when is_disabled or is_locked or is_enrolled or has_registered or survivor_id is not null
            or coalesce(control = 'owner' or ownership = 'rejected', false)
        then null
        when is_invitation_waiting then 'Re-send patient portal invite'
        else 'Send patient portal invite'
    end as link
from client_standing where client_id = :client and organisation_id = :organisation;

-- Where a client stands with the portal, as the chart's header shows it (S2-21). A letter invites
-- as a mail does, until it was used or has expired.

-- query: enrolment-status (organisation, client, today, now)
with asked as (
    select
        s.*,
        s.credential_state in ('created', 'distributed') as is_letter_unused,
        (
            select iif(state = 'pending' and expires_at <= :now, 'expired', state)
            from invitations
            where client_id = s.client_id and is_to_patient and kind <> 'caregiver'
            order by sent_in desc limit 1
        ) as last_invitation
    from client_standing s where s.client_id = :client and s.organisation_id = :organisation
)
select
    client_id as "clientId",
    case
        when is_enrolled then 'enrolled'
        when is_letter_unused and credential_expiry >= :today then 'invited'
        when exists (
            select 1 from invitations i
            where i.client_id = asked.client_id and is_to_patient and kind <> 'caregiver'
                and state = 'pending' and expires_at > :now)
        then 'invited'
        when exists (
            select 1 from grants g
            where g.client_id = asked.client_id and g.account_id = asked.account_id
                and is_removed)
        then 'accessRemoved'
        when last_invitation = 'expired' or credential_state = 'expired' or is_letter_unused
        then 'expired'
        else 'notInvited'
    end as status,
    is_auto_send_on as "autoSend bool"
from asked;

-- The account that a person signs in with, as seen from a client: one that was opened there first.
-- A merged record's person is the survivor's.

-- query: account-of-person (organisation, client, person)
with recursive survivors (person_id, place) as (
    values (:person, 0)
    union all
    select merged_into, place + 1 from survivors cross join clients on client_id = person_id
)
select account_id as "accountId" from survivors cross join accounts using (person_id)
where organisation_id = :organisation
order by place desc, client_id <> :client, client_id, not is_own, opened_in limit 1;

-- Who has come of age of a client and those to whose profiles an account has access, and on which
-- day; access that others had before that day has ended. A birthday on 29 February falls on
-- 1 March in common years, which is what SQLite makes of it, or by the organisation's rule on
-- 28 February (A-39).

-- query: birthdays (client, account, today)
select client_id as "clientId", birthday
from (
    select
        client_id,
        date(
            date_of_birth, '+' || age_years || ' years',
            iif(
                rule = 'february28' and date_of_birth like '%-02-29'
                    and date(date_of_birth, '+' || age_years || ' years') like '%-03-01',
                '-1 day', '+0 days')) as birthday
    from clients
        join ages_of_majority using (organisation_id)
        left join leap_rules using (organisation_id)
    where client_id in (
            select :client
            union all
            select client_id from grants where account_id = :account
            union all
            select g.client_id
            from account_people p
                join grants g on g.account_id is null and g.person_id = p.person_id
            where p.account_id = :account))
where birthday <= :today;

-- What an account may see of a client's profile, or what is in the way: its own state first, then
-- its access. No role, no access (invariant 5). `adults` gives clients that have come of age, with
-- what the ids of accesses given since then are not before: ids ascend with time.

-- query: effective-access (account, client, profile, today, adults)
with chosen as materialized (
    select x.*
    from accesses x
    where x.client_id = :client
        and (x.account_id = :account or (x.account_id is null and x.person_id in (
            select person_id from account_people where account_id = :account)))
    order by x.account_id is null, x.given_in limit 1
),
found as (
    select
        r.permissions,
        case
            when a.account_id is null then 'accessNotGranted'
            when a.is_disabled_by_staff or a.is_disabled_by_status or d.status is not null
            then 'accountDisabled'
            when a.is_locked then 'accountLocked'
            -- A mailed password is a way in for somebody who has not used it yet.
            when a.mailed_password_until is null and not a.is_registered then 'notRegistered'
            when a.mailed_password_until is null and not a.is_email_confirmed
            then 'emailNotConfirmed'
            when x.grant_id is null then iif(a.is_registered, 'noProfileAccess', 'notRegistered')
            when x.is_of_others
                and x.grant_id < (select value from json_each(:adults) where key = c.client_id)
            then 'noProfileAccess'
            when e.shut_from <= :today
            then iif(c.account_id = a.account_id, 'clientEndDated', 'accessSuspended')
            when x.state = 'invited' then 'notRegistered'
            when x.state = 'suspended'
            then iif(c.ownership = 'rejected', 'accessRemovedByRejection', 'accessSuspended')
            when coalesce(r.permissions, '[]') = '[]' then 'noProfileAccess'
        end as barrier
    from clients c
        join client_ends e on e.client_id = c.client_id
        left join accounts a
            on a.account_id = :account and a.organisation_id = c.organisation_id
        left join clients h on h.client_id = a.client_id and a.is_own
        left join disabling_statuses d
            on d.organisation_id = h.organisation_id and d.status = h.record_status
        left join chosen x
        left join portal_roles r on r.role_id = x.role_id
    where c.client_id = :client and c.profile_id = :profile
)
select
    :account as "accountId", :profile as "profileId", barrier is null as "allowed bool",
    iif(barrier is null, permissions, '[]') as "permissions json", barrier as reason
from found;

-- The address that an account signs in with, and its accesses that have not ended: one for each
-- client, that of the client with whom it was opened first.

-- query: manage-access (account, adults)
with reached as (
    select a.organisation_id, a.client_id as home, grant_id
    from accounts a join grants g on g.account_id = a.account_id
    where a.account_id = :account
    union all
    select a.organisation_id, a.client_id, grant_id
    from accounts a
        join account_people p on p.account_id = a.account_id
        join grants g on g.account_id is null and g.person_id = p.person_id
    where a.account_id = :account
),
ranked as (
    select
        x.*, name, permissions, x.client_id <> home as is_elsewhere,
        row_number() over (
            partition by x.client_id order by x.account_id is null, x.given_in) as place
    from reached r
        cross join accesses x
            on x.grant_id = r.grant_id and x.organisation_id = r.organisation_id
        left join portal_roles o on o.role_id = x.role_id
)
select
    a.account_id as "accountId", a.login_email as "loginEmail",
    a.login_email is not null as "editable bool",
    (
        select json_group_array(json_object(
            'grantId', grant_id, 'profileId', profile_id, 'clientId', client_id,
            'roleId', role_id, 'role', name, 'permissions', json(coalesce(permissions, '[]')),
            'state', state))
        from (
            select * from ranked r
            where place = 1 and not (is_of_others and coalesce(
                grant_id < (select value from json_each(:adults) where key = r.client_id), false))
            order by is_elsewhere, client_id)
    ) as "grants json"
from accounts a where a.account_id = :account;

-- The address on the card of whoever is to be given access, and the roles to choose from.

-- query: add-access-form (organisation, kind, holder)
select
    case :kind
        when 'client' then (select email from clients where client_id = :holder)
        when 'contact' then (select email from contacts where contact_id = :holder)
        when 'representative'
        then (select email from representatives where representative_id = :holder)
    end as email,
    (
        select json_group_array(json_object('roleId', role_id, 'name', name))
        from (
            select role_id, name from portal_roles
            where organisation_id = :organisation and not is_retired order by role_id)
    ) as "roles json";
