-- projection: audit-trail
-- Every event, in order: what happened, when, by whom, to whom, and how it ended. Nothing personal
-- is kept here, so an erasure never leaves a trace in it. The activity log of a client is the part
-- of it that has a label.

create table audit_trail (
    sequence     integer primary key,
    id           text not null,
    time         text not null,
    type         text not null,
    label        text,
    subject      text not null,
    actor        text not null,
    organisation text,
    client       text,
    correlation  text,
    causation    text,
    outcome      text not null check (outcome in ('success', 'refused')),
    detail       text
) strict;

create index audit_trail_by_client on audit_trail (client, sequence);
create index audit_trail_by_actor on audit_trail (actor, sequence);
create index audit_trail_by_type on audit_trail (type, sequence);
create index audit_trail_by_correlation on audit_trail (correlation, sequence);

-- on: *
insert into audit_trail
values (
    @sequence, @id, @time, @type, @label, @subject, @actor, @organisation, @client, @correlationid,
    @causationid,
    case
        when @type in (
            'CommandRefused.v1', 'RegistrationRefused.v1', 'PatientUserFailedToRegister.v1',
            'SignInRefused.v1', 'PasswordResetRefused.v1', 'UnknownRegistrationAttempt.v1',
            'UnknownSignInAttempt.v1')
        then 'refused'
        else 'success'
    end,
    null);

-- What an auditor wants to see beside the event's name.

-- on: CommandRefused.v1
update audit_trail set detail = json_object('command', :command, 'reason', :reason)
where sequence = @sequence;

-- on: RegistrationRefused.v1, SignInRefused.v1, PasswordResetRefused.v1, SessionsEnded.v1
update audit_trail set detail = json_object('reason', :reason) where sequence = @sequence;

-- on: PatientUserFailedToRegister.v1
update audit_trail
set detail = json_object('reason', :reason, 'attempt', :attempt, 'credentialId', :credentialId)
where sequence = @sequence;

-- on: PatientAccountLocked.v1
update audit_trail set detail = json_object('failedAttempts', :failedAttempts)
where sequence = @sequence;

-- on: ClientRecordStatusChanged.v1
update audit_trail set detail = json_object('from', :from, 'to', :to) where sequence = @sequence;

-- on: PatientAccountDisabledAutomatically.v1
update audit_trail
set detail = json_object('cause', :cause, 'recordStatus', :recordStatus, 'endDate', :endDate)
where sequence = @sequence;

-- on: ClientEndDateSet.v1, ClientEndDateTookEffect.v1, ClientEndDateLifted.v1
update audit_trail set detail = json_object('endDate', :endDate) where sequence = @sequence;

-- on: ClientEndDateChanged.v1
update audit_trail set detail = json_object('endDate', :endDate, 'previous', :previous)
where sequence = @sequence;

-- on: ClientEndDateRemoved.v1
update audit_trail set detail = json_object('previous', :previous) where sequence = @sequence;

-- on: PortalAccessSuspended.v1, PortalAccessReinstated.v1
update audit_trail
set detail = json_object('profileId', :profileId, 'grantId', :grantId, 'reason', :reason)
where sequence = @sequence;

-- on: PatientMessageSent.v1
update audit_trail
set detail = json_object('threadId', :threadId, 'messageId', :messageId, 'author', :authorKind)
where sequence = @sequence;

-- on: IntakeFormSent.v1, IntakeFormCompleted.v1
update audit_trail set detail = json_object('formId', :formId) where sequence = @sequence;

-- on: DocumentAdded.v1, DocumentMadeVisible.v1, DocumentHidden.v1
update audit_trail set detail = json_object('documentId', :documentId) where sequence = @sequence;

-- on: PatientAccountEnabled.v1
update audit_trail set detail = json_object('cause', :cause) where sequence = @sequence;

-- on: PatientCredentialsCreated.v1
update audit_trail
set detail = json_object(
    'credentialId', :credentialId, 'expiryDate', :expiryDate, 'distribution', :distribution)
where sequence = @sequence;

-- on: PatientCredentialsSuperseded.v1, PatientCredentialsActivated.v1, PatientCredentialsVoided.v1, PatientCredentialsExpired.v1
update audit_trail set detail = json_object('credentialId', :credentialId)
where sequence = @sequence;

-- on: PatientCredentialsDistributed.v1
update audit_trail
set detail = json_object('credentialId', :credentialId, 'letterIds', json(:letterIds))
where sequence = @sequence;

-- on: PatientAccessLetterGenerated.v1
update audit_trail
set detail = json_object('letterId', :letterId, 'templateId', :templateId, 'parts', json(:parts))
where sequence = @sequence;

-- on: PatientAccessLetterSent.v1
update audit_trail
set detail = json_object('letterId', :letterId, 'channel', :channel, 'sentOn', :sentOn)
where sequence = @sequence;

-- on: InvitationAccepted.v1
update audit_trail set detail = json_object('invitationId', :invitationId, 'capacity', :capacity)
where sequence = @sequence;

-- on: InvitationRevoked.v1
update audit_trail
set detail = json_object(
    'invitationId', :invitationId, 'profileDeleted', json(iif(:profileDeleted, 'true', 'false')))
where sequence = @sequence;

-- on: InvitationRejected.v1, InvitationExpired.v1, PortalInvitationResent.v1, ClientInvited.v1, ClientReInvited.v1
update audit_trail set detail = json_object('invitationId', :invitationId)
where sequence = @sequence;

-- on: ProfileAccessRemoved.v1, ProfileAccessRestored.v1
update audit_trail
set detail = json_object(
    'profileId', :profileId, 'reason', :reason, 'grantIds', json(:grantIds))
where sequence = @sequence;

-- on: FamilyPortalAccessRemoved.v1
update audit_trail
set detail = json_object('profileId', :profileId, 'grantId', :grantId, 'reason', :reason)
where sequence = @sequence;

-- on: PatientAccessGranted.v1
update audit_trail set detail = json_object('profileId', :profileId, 'grantId', :grantId)
where sequence = @sequence;

-- on: MedicalProfileDeleted.v1
update audit_trail
set detail = json_object(
    'profileId', :profileId, 'reason', :reason, 'resourceCount', :resourceCount)
where sequence = @sequence;

-- on: StaffPermissionGranted.v1, StaffPermissionWithdrawn.v1
update audit_trail set detail = json_object('staffId', :staffId, 'permission', :permission)
where sequence = @sequence;

-- on: SignedIn.v1
update audit_trail set detail = json_object('sessionId', :sessionId) where sequence = @sequence;

-- on: AuditTrailRead.v1
update audit_trail set detail = json_object('query', :query, 'filter', json(:filter))
where sequence = @sequence;

-- on: ProjectionEventSkipped.v1
update audit_trail
set detail = json_object('projection', :projection, 'sequence', :sequence, 'reason', :reason)
where sequence = @sequence;

-- query: activity-log (client, from, to)
select sequence, time, label, actor, detail as "detail json"
from audit_trail
where client = :client and label is not null
    and (:from is null or time >= :from) and (:to is null or time < :to)
order by sequence;

-- query: audit-trail (organisation, client, actor, type, from, to, correlation)
select sequence, time, type, subject, actor, outcome, detail as "detail json", label, client
from audit_trail
where organisation = :organisation
    and (:client is null or client = :client)
    and (:actor is null or actor = :actor)
    and (:type is null or type = :type or type like :type || '.v%')
    and (:from is null or time >= :from) and (:to is null or time < :to)
    and (:correlation is null or correlation = :correlation)
order by sequence;
