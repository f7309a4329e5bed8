-- projection: auto-invites
-- Which client is to be invited automatically after a visit, when, and what is in the way.
--
-- It says what the scheduler has to ask about; the deciding rule looks at the chart itself.

-- small: organisations

create table organisations (
    organisation_id   text primary key,
    is_auto_invite_on integer not null
) strict, without rowid;

-- `look_on`: from when on a client for whom nothing waits has to be looked at; empty if at once.
-- `due_on`: when a visit without a note has waited long enough.
create table clients (
    client_id       text primary key,
    organisation_id text not null,
    is_auto_send_on integer not null,
    look_on         text,
    due_on          text
) strict, without rowid;

create index clients_to_look_at on clients (organisation_id, look_on) where look_on is not null;

create table encounters (
    encounter_id text primary key,
    client_id    text not null,
    visit_date   text not null,
    is_imported  integer not null,
    is_inviting  integer not null,
    is_voided    integer not null
) strict, without rowid;

create index encounters_by_client on encounters (client_id);

-- `needs_look`: the chart has changed since it was withheld.
create table auto_invites (
    client_id       text primary key,
    organisation_id text not null,
    -- By `or`, because SQLite makes a list of more than two anew for each row.
    state           text not null check (
        state = 'idle' or state = 'scheduled' or state = 'withheld' or state = 'done'),
    encounter_id    text not null,
    trigger         text not null check (trigger in ('signed', 'unsigned')),
    due_on          text not null,
    reasons         text not null,
    needs_look      integer not null
) strict, without rowid;

create index auto_invites_by_state on auto_invites (organisation_id, state, due_on);
create index auto_invites_to_look_at on auto_invites (organisation_id)
where state = 'withheld' and needs_look;

-- The organisation

-- on: OrganisationRegistered.v1
insert into organisations values (:organisationId, 0);

-- on: AutoInviteEnabled.v1
update organisations set is_auto_invite_on = 1 where organisation_id = @organisation;

-- on: AutoInviteDisabled.v1
update organisations set is_auto_invite_on = 0 where organisation_id = @organisation;

-- on: DisablingRecordStatusesChanged.v1
update auto_invites set needs_look = 1
where organisation_id = @organisation and state = 'withheld'
    and exists (select 1 from json_each(reasons) where value = 'recordStatusDisabled');

-- The chart

-- on: ClientRegistered.v1
insert into clients values (:clientId, @organisation, 1, null, null);

-- on: AutoSendInvitationTurnedOff.v1
update clients set is_auto_send_on = 0 where client_id = :clientId;

-- on: AutoSendInvitationTurnedOn.v1
update clients set is_auto_send_on = 1 where client_id = :clientId;
update auto_invites set needs_look = 1 where client_id = :clientId and state = 'withheld';

-- on: EncounterRecorded.v1
insert into encounters
values (:encounterId, :clientId, :visitDate, :importDigest is not null, 0, 0);

-- on: ChartNoteRecorded.v1, EncounterSigned.v1
update encounters set is_inviting = 1 where encounter_id = :encounterId;
update auto_invites set needs_look = 1 where client_id = :clientId and state = 'withheld';

-- on: EncounterVoided.v1
update encounters set is_voided = 1 where encounter_id = :encounterId;

-- on: ClientEmailChanged.v1, ClientPhoneChanged.v1, ClientDateOfBirthCorrected.v1
update auto_invites set needs_look = 1 where client_id = :clientId and state = 'withheld';

-- on: ClientRecordStatusChanged.v1, AuthorisedRepresentativeRecorded.v1
update auto_invites set needs_look = 1 where client_id = :clientId and state = 'withheld';

-- on: AuthorisedRepresentativeRemoved.v1, ClientEndDateLifted.v1
update auto_invites set needs_look = 1 where client_id = :clientId and state = 'withheld';

-- on: ClientEndDateChanged.v1, ClientEndDateRemoved.v1
update auto_invites set needs_look = 1 where client_id = :clientId and state = 'withheld';

-- The invitation

-- on: AutoInviteScheduled.v1
insert into auto_invites
values (
    :clientId, @organisation, 'scheduled', :encounterId, :trigger, :dueOn, '[]', 0)
on conflict (client_id) do update
set state = 'scheduled', encounter_id = :encounterId, trigger = :trigger, due_on = :dueOn,
    reasons = '[]', needs_look = 0;

-- on: AutoInviteWithheld.v1
update auto_invites set state = 'withheld', reasons = :reasons, needs_look = 0
where client_id = :clientId;

-- on: AutoInvitationSent.v1
update auto_invites set state = 'done', reasons = '[]' where client_id = :clientId;

-- on: AutoInviteCancelled.v1
update auto_invites
set state = iif(:reason in ('alreadyInvited', 'alreadyEnrolled'), 'done', 'idle'), reasons = '[]'
where client_id = :clientId;

-- When a client for whom nothing waits has to be looked at, after whatever may have changed it:
-- once a visit asks for an invitation, or thirty days after one that does not. Visits that were
-- imported do not count by their day.

-- on: EncounterRecorded.v1, ChartNoteRecorded.v1, EncounterSigned.v1, EncounterVoided.v1, AutoSendInvitationTurnedOff.v1, AutoSendInvitationTurnedOn.v1, AutoInviteScheduled.v1, AutoInviteWithheld.v1, AutoInvitationSent.v1, AutoInviteCancelled.v1
update clients
set (look_on, due_on) = (
    select
        iif(total(is_inviting) > 0, '', min(date(visit_date, '+30 days'))),
        min(iif(is_inviting, null, date(visit_date, '+30 days')))
    from encounters e
    where e.client_id = clients.client_id and not is_voided and (is_inviting or not is_imported)
        and clients.is_auto_send_on
        and not exists (
            select 1 from auto_invites a
            where a.client_id = clients.client_id and a.state <> 'idle'))
where client_id = :clientId;

-- What waits to be sent, and what is in the way of it.

-- query: auto-invite-queue (organisation)
select
    client_id as "clientId", encounter_id as "encounterId", trigger, due_on as "dueOn", state,
    reasons as "reasons json"
from auto_invites
where organisation_id = :organisation and state in ('scheduled', 'withheld')
order by due_on, client_id;

-- What the scheduler has to send or to take back. Visits of clients for whom nothing waits count
-- once they ask for an invitation, or their due day has come without a note.

-- query: due-auto-invites (organisation, today)
select
    client_id as "clientId", due_on as "dueOn", 'send' as act
from auto_invites join organisations o using (organisation_id)
where organisation_id = :organisation
    and o.is_auto_invite_on and state = 'scheduled' and due_on <= :today
union all
select client_id, due_on, 'send'
from auto_invites indexed by auto_invites_to_look_at
    join organisations o using (organisation_id)
where organisation_id = :organisation
    and o.is_auto_invite_on and state = 'withheld' and needs_look
union all
select client_id, due_on, 'cancel'
from auto_invites join organisations o using (organisation_id)
where organisation_id = :organisation
    and not o.is_auto_invite_on and state in ('scheduled', 'withheld')
union all
select client_id, min(:today, coalesce(due_on, :today)), 'send'
from clients join organisations o using (organisation_id)
where organisation_id = :organisation and o.is_auto_invite_on and look_on <= :today
order by 2, 1;

-- query: auto-invite-state (client)
select state, trigger, due_on as "dueOn", reasons as "reasons json"
from auto_invites where client_id = :client;
