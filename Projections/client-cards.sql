-- projection: client-cards
-- The organisation's card of every client. What tells who somebody is stands here only while the
-- client's key exists.

create table client_cards (
    client_id         text primary key,
    patient_id_number text,
    given_name        text,
    family_name       text,
    date_of_birth     text,
    email             text,
    phone             text,
    -- By `or`, because SQLite makes a list of more than two anew for each row.
    record_status     text not null check (
        record_status = 'active' or record_status = 'inactive' or record_status = 'deceased'
        or record_status = 'merged'),
    client_status     text not null check (
        client_status = 'notInvited' or client_status = 'pendingAcceptance'
        or client_status = 'accepted' or client_status = 'rejected'),
    end_date          text,
    is_auto_send_on   integer not null check (is_auto_send_on in (0, 1))
) strict, without rowid;

-- Invitations to own the profile. What becomes of others says nothing about where the client
-- stands.
create table ownership_invitations (
    invitation_id text primary key
) strict, without rowid;

-- on: ClientRegistered.v1
insert into client_cards
values (
    :clientId, $patientIdNumber, $givenName, $familyName, $dateOfBirth, $email, $phone, 'active',
    'notInvited', null, 1);

-- A part of the name that was not changed is not in the event.

-- on: ClientDemographicsChanged.v1
update client_cards
set given_name = coalesce($givenName, given_name), family_name = coalesce($familyName, family_name)
where client_id = :clientId;

-- on: ClientDateOfBirthCorrected.v1
update client_cards set date_of_birth = $new where client_id = :clientId;

-- on: ClientEmailChanged.v1
update client_cards set email = $new where client_id = :clientId;

-- on: ClientPhoneChanged.v1
update client_cards set phone = $new where client_id = :clientId;

-- on: ClientRecordStatusChanged.v1
update client_cards set record_status = :to where client_id = :clientId;

-- on: ClientEndDateSet.v1, ClientEndDateChanged.v1
update client_cards set end_date = :endDate where client_id = :clientId;

-- on: ClientEndDateRemoved.v1
update client_cards set end_date = null where client_id = :clientId;

-- on: AutoSendInvitationTurnedOff.v1
update client_cards set is_auto_send_on = 0 where client_id = :clientId;

-- on: AutoSendInvitationTurnedOn.v1
update client_cards set is_auto_send_on = 1 where client_id = :clientId;

-- The client's answer to an invitation; one that has expired is not answered (A-26)

-- on: ClientInvited.v1, ClientReInvited.v1
insert into ownership_invitations values (:invitationId);
update client_cards set client_status = 'pendingAcceptance' where client_id = :clientId;

-- on: InvitationAccepted.v1
update client_cards set client_status = 'accepted'
where client_id = :clientId
    and :invitationId in (select invitation_id from ownership_invitations);

-- on: InvitationRejected.v1
update client_cards set client_status = 'rejected'
where client_id = :clientId
    and :invitationId in (select invitation_id from ownership_invitations);

-- on: InvitationRevoked.v1
update client_cards set client_status = 'notInvited'
where client_id = :clientId
    and :invitationId in (select invitation_id from ownership_invitations);

-- Who owned a profile for a minor owns it no longer, and the client can be asked now.

-- on: ProfileOwnershipEnded.v1
update client_cards set client_status = 'notInvited'
where client_id = :clientId and client_status = 'accepted';

-- on: PersonalDataKeyDestroyed.v1
update client_cards
set patient_id_number = null, given_name = null, family_name = null, date_of_birth = null,
    email = null, phone = null
where client_id = :clientId and :scope = 'client/' || :clientId;

-- query: client-card (client)
select
    client_id as "clientId", patient_id_number as "patientIdNumber",
    coalesce(given_name || ' ' || family_name, given_name, family_name) as name,
    date_of_birth as "dateOfBirth", email, phone, record_status as "recordStatus",
    client_status as "clientStatus", end_date as "endDate", is_auto_send_on as "autoSend bool"
from client_cards where client_id = :client;

-- What the portal shows of it.

-- query: portal-profile (client)
select
    coalesce(given_name || ' ' || family_name, given_name, family_name) as name,
    date_of_birth as "dateOfBirth", email, phone
from client_cards where client_id = :client;
