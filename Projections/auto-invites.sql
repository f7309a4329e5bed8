-- projection: auto-invites
-- Which client is to be invited automatically after a visit, when, and what is in the way.
--
-- It says what the scheduler has to ask about; the deciding rule looks at the chart itself.

create table organisations (
    organisation_id   text primary key,
    is_auto_invite_on integer not null
) strict, without rowid;

create table clients (
    client_id       text primary key,
    organisation_id text not null,
    is_auto_send_on integer not null
) strict, without rowid;

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
    state           text not null check (state in ('idle', 'scheduled', 'withheld', 'done')),
    encounter_id    text not null,
    trigger         text not null check (trigger in ('signed', 'unsigned')),
    due_on          text not null,
    reasons         text not null,
    needs_look      integer not null
) strict, without rowid;

create index auto_invites_waiting on auto_invites (organisation_id, due_on)
where state in ('scheduled', 'withheld');

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
insert into clients values (:clientId, @organisation, 1);

-- on: AutoSendInvitationTurnedOff.v1
update clients set is_auto_send_on = 0 where client_id = :clientId;

-- on: AutoSendInvitationTurnedOn.v1
update clients set is_auto_send_on = 1 where client_id = :clientId;
update auto_invites set needs_look = 1 where client_id = :clientId;

-- on: EncounterRecorded.v1
insert into encounters
values (:encounterId, :clientId, :visitDate, :importDigest is not null, 0, 0);

-- on: ChartNoteRecorded.v1, EncounterSigned.v1
update encounters set is_inviting = 1 where encounter_id = :encounterId;
update auto_invites set needs_look = 1 where client_id = :clientId;

-- on: EncounterVoided.v1
update encounters set is_voided = 1 where encounter_id = :encounterId;

-- on: ClientEmailChanged.v1, ClientPhoneChanged.v1, ClientDateOfBirthCorrected.v1
update auto_invites set needs_look = 1 where client_id = :clientId;

-- on: ClientRecordStatusChanged.v1, AuthorisedRepresentativeRecorded.v1
update auto_invites set needs_look = 1 where client_id = :clientId;

-- on: AuthorisedRepresentativeRemoved.v1, ClientEndDateLifted.v1
update auto_invites set needs_look = 1 where client_id = :clientId;

-- on: ClientEndDateChanged.v1, ClientEndDateRemoved.v1
update auto_invites set needs_look = 1 where client_id = :clientId;

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
    client_id as "clientId", due_on as "dueOn", iif(o.is_auto_invite_on, 'send', 'cancel') as act
from auto_invites a join organisations o using (organisation_id)
where organisation_id = :organisation
    and (
        (state = 'scheduled' and (due_on <= :today or not o.is_auto_invite_on))
        or (state = 'withheld' and (needs_look or not o.is_auto_invite_on)))
union all
select c.client_id, min(iif(e.is_inviting, :today, date(e.visit_date, '+30 days'))), 'send'
from organisations o
    join clients c using (organisation_id)
    join encounters e on e.client_id = c.client_id
    left join auto_invites a on a.client_id = c.client_id
where o.organisation_id = :organisation and o.is_auto_invite_on and c.is_auto_send_on
    and coalesce(a.state, 'idle') = 'idle' and not e.is_voided
    and (e.is_inviting or (not e.is_imported and date(e.visit_date, '+30 days') <= :today))
group by c.client_id
order by 2, 1;

-- query: auto-invite-state (client)
select state, trigger, due_on as "dueOn", reasons as "reasons json"
from auto_invites where client_id = :client;
