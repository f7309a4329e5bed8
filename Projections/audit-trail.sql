-- projection: audit-trail
-- Every event, in order: what happened, when, by whom, to whom, and how it ended. Nothing personal
-- is kept here, so an erasure never leaves a trace in it. The activity log of a client is the part
-- of it that has a label.

-- Texts that come again and again stand once, in `names`, and elsewhere by their number there:
-- type, label, actor, organisation and client. number('x') is the number of 'x', which gets a row
-- when it first comes. The view `audit_trail` shows everything as text again.

create table names (
    number integer primary key,
    name   text not null unique
) strict;

create table events (
    sequence     integer primary key,
    -- Microseconds since the beginning of 1970, UTC.
    time         integer not null,
    type         integer not null,
    label        integer,
    subject      text not null,
    actor        integer not null,
    organisation integer,
    client       integer,
    correlation  text
) strict;

create table details (
    sequence integer primary key,
    detail   text not null
) strict;

create view audit_trail as
select
    sequence,
    strftime('%Y-%m-%dT%H:%M:%S', time / 1000000, 'unixepoch')
        || printf('.%06dZ', time % 1000000) as time,
    type.name as type, label.name as label, subject, actor.name as actor,
    organisation.name as organisation, client.name as client, correlation,
    -- Whatever was refused is an event of a type of its own.
    iif(
        type.name in (
            'CommandRefused.v1', 'RegistrationRefused.v1', 'PatientUserFailedToRegister.v1',
            'SignInRefused.v1', 'PasswordResetRefused.v1', 'UnknownRegistrationAttempt.v1',
            'UnknownSignInAttempt.v1'),
        'refused', 'success') as outcome,
    detail
from events
    join names type on type.number = events.type
    join names actor on actor.number = events.actor
    left join names label on label.number = events.label
    left join names organisation on organisation.number = events.organisation
    left join names client on client.number = events.client
    left join details using (sequence);

-- after: rebuild
-- Each index has the sequence at its end, because it is the key of the row.
create index events_by_client on events (client);
create index events_by_actor on events (actor);
create index events_by_type on events (type);
create index events_by_correlation on events (correlation) where correlation is not null;

-- on: *
insert into events
values (
    @sequence, @microseconds, number(@type), number(@label), @subject, number(@actor),
    number(@organisation), number(@client), @correlationid);

-- What an auditor wants to see beside the event's name.

-- on: CommandRefused.v1
insert into details values (@sequence, json_object('command', :command, 'reason', :reason));

-- on: RegistrationRefused.v1, SignInRefused.v1, PasswordResetRefused.v1, SessionsEnded.v1
insert into details values (@sequence, json_object('reason', :reason));

-- on: PatientUserFailedToRegister.v1
insert into details
values (@sequence, json_object(
    'reason', :reason, 'attempt', :attempt, 'credentialId', :credentialId));

-- on: PatientAccountLocked.v1
insert into details values (@sequence, json_object('failedAttempts', :failedAttempts));

-- on: ClientRecordStatusChanged.v1
insert into details values (@sequence, json_object('from', :from, 'to', :to));

-- on: PatientAccountDisabledAutomatically.v1
insert into details
values (@sequence, json_object(
    'cause', :cause, 'recordStatus', :recordStatus, 'endDate', :endDate));

-- on: ClientEndDateSet.v1, ClientEndDateTookEffect.v1, ClientEndDateLifted.v1
insert into details values (@sequence, json_object('endDate', :endDate));

-- on: ClientEndDateChanged.v1
insert into details values (@sequence, json_object('endDate', :endDate, 'previous', :previous));

-- on: ClientEndDateRemoved.v1
insert into details values (@sequence, json_object('previous', :previous));

-- on: PortalAccessSuspended.v1, PortalAccessReinstated.v1
insert into details
values (@sequence, json_object('profileId', :profileId, 'grantId', :grantId, 'reason', :reason));

-- on: PatientMessageSent.v1
insert into details
values (@sequence, json_object(
    'threadId', :threadId, 'messageId', :messageId, 'author', :authorKind));

-- on: IntakeFormSent.v1, IntakeFormCompleted.v1
insert into details values (@sequence, json_object('formId', :formId));

-- on: DocumentAdded.v1, DocumentMadeVisible.v1, DocumentHidden.v1
insert into details values (@sequence, json_object('documentId', :documentId));

-- on: PatientAccountEnabled.v1
insert into details values (@sequence, json_object('cause', :cause));

-- on: PatientCredentialsCreated.v1
insert into details
values (@sequence, json_object(
    'credentialId', :credentialId, 'expiryDate', :expiryDate, 'distribution', :distribution));

-- on: PatientCredentialsSuperseded.v1, PatientCredentialsActivated.v1, PatientCredentialsVoided.v1, PatientCredentialsExpired.v1
insert into details values (@sequence, json_object('credentialId', :credentialId));

-- on: PatientCredentialsDistributed.v1
insert into details
values (@sequence, json_object('credentialId', :credentialId, 'letterIds', json(:letterIds)));

-- on: PatientAccessLetterGenerated.v1
insert into details
values (@sequence, json_object(
    'letterId', :letterId, 'templateId', :templateId, 'parts', json(:parts)));

-- on: PatientAccessLetterSent.v1
insert into details
values (@sequence, json_object('letterId', :letterId, 'channel', :channel, 'sentOn', :sentOn));

-- on: InvitationAccepted.v1
insert into details
values (@sequence, json_object('invitationId', :invitationId, 'capacity', :capacity));

-- on: InvitationRevoked.v1
insert into details
values (@sequence, json_object(
    'invitationId', :invitationId, 'profileDeleted', json(iif(:profileDeleted, 'true', 'false'))));

-- on: InvitationRejected.v1, InvitationExpired.v1, PortalInvitationResent.v1, ClientInvited.v1, ClientReInvited.v1
insert into details values (@sequence, json_object('invitationId', :invitationId));

-- on: ProfileAccessRemoved.v1, ProfileAccessRestored.v1
insert into details
values (@sequence, json_object(
    'profileId', :profileId, 'reason', :reason, 'grantIds', json(:grantIds)));

-- on: FamilyPortalAccessRemoved.v1
insert into details
values (@sequence, json_object('profileId', :profileId, 'grantId', :grantId, 'reason', :reason));

-- on: PatientAccessGranted.v1
insert into details values (@sequence, json_object('profileId', :profileId, 'grantId', :grantId));

-- on: MedicalProfileDeleted.v1
insert into details
values (@sequence, json_object(
    'profileId', :profileId, 'reason', :reason, 'resourceCount', :resourceCount));

-- on: StaffPermissionGranted.v1, StaffPermissionWithdrawn.v1
insert into details values (@sequence, json_object('staffId', :staffId, 'permission', :permission));

-- on: SignedIn.v1
insert into details values (@sequence, json_object('sessionId', :sessionId));

-- on: AuditTrailRead.v1
insert into details values (@sequence, json_object('query', :query, 'filter', json(:filter)));

-- on: ProjectionEventSkipped.v1
insert into details
values (@sequence, json_object(
    'projection', :projection, 'sequence', :sequence, 'reason', :reason));

-- query: activity-log (client, first, last, limit)
select sequence, time, label, actor, detail as "detail json"
from audit_trail
where sequence in (
        select sequence from events
        where client = (select number from names where name = :client)
            and label is not null and sequence between :first and :last
        order by sequence limit ifnull(:limit, -1))
order by sequence;

-- Times ascend with sequences, so a period is the sequences from :first to :last. The narrowest of
-- the filters chooses the events by its index, and the others sieve them. A page goes on behind the
-- event :after, in the order that is asked for: by :sort first and by sequence where that is equal.

-- query: audit-trail (organisation, client, actor, type, correlation, outcome, first, last, sort, descending, after, limit)
with chosen (sequence) as (
    select sequence from events
    where correlation = :correlation and sequence between :first and :last
    union all
    select sequence from events
    where :correlation is null
        and client = (select number from names where name = :client)
        and sequence between :first and :last
    union all
    select sequence from events
    where :correlation is null and :client is null
        and actor = (select number from names where name = :actor)
        and sequence between :first and :last
    union all
    select sequence from events
    where :correlation is null and :client is null and :actor is null
        -- Of any version, where none is named.
        and type in (
            select number from names
            where name = :type or (name > :type || '.v' and name < :type || '.w'))
        and sequence between :first and :last
    union all
    select sequence from events
    where :correlation is null and :client is null and :actor is null and :type is null
        and sequence between :first and :last
),
keyed as not materialized (
    select
        *,
        case :sort
            when 'time' then time
            when 'actor' then actor
            when 'client' then ifnull(client, '')
            when 'type' then type
            when 'subject' then subject
            when 'outcome' then outcome
            else ''
        end as key
    from audit_trail
),
found as (
    select keyed.* from chosen cross join keyed using (sequence)
    where organisation = :organisation
        and (:client is null or client = :client)
        and (:actor is null or actor = :actor)
        and (:type is null or type = :type or (type > :type || '.v' and type < :type || '.w'))
        and (:outcome is null or outcome = :outcome)
),
page_before as (select key from keyed where sequence = :after)
select
    sequence, time, type, subject, actor, outcome, detail as "detail json", label, client,
    correlation as "correlationId"
from found
where :after is null
    or iif(
        :descending,
        (key, sequence) < ((select key from page_before), :after),
        (key, sequence) > ((select key from page_before), :after))
order by
    iif(:descending, null, key), iif(:descending, key, null) desc,
    iif(:descending, -sequence, sequence)
limit ifnull(:limit, -1);
