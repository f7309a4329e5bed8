-- projection: invitations
-- Every invitation and what became of it. The address it went to is kept only while its key exists.

create table invitations (
    invitation_id   text primary key,
    organisation_id text not null,
    client_id       text not null,
    kind            text not null,
    recipient       text,
    -- By `or`, because SQLite makes a list of more than two anew for each row.
    state           text not null check (
        state = 'pending' or state = 'expired' or state = 'accepted' or state = 'rejected'
        or state = 'revoked'),
    first_sent_in   integer not null,
    sent_at         text not null,
    resent          integer not null,
    expires_at      text not null,
    mail_failure    text
) strict, without rowid;

create index invitations_by_organisation on invitations (organisation_id, first_sent_in);
create index invitations_by_client on invitations (client_id);
create index invitations_pending on invitations (expires_at) where state = 'pending';

-- on: ClientInvited.v1, ClientReInvited.v1
insert into invitations
values (
    :invitationId, @organisation, :clientId, 'ownership', $recipientEmail, 'pending', @sequence,
    @time, 0, :expiresAt, null);

-- on: PortalInvitationSent.v1
insert into invitations
values (
    :invitationId, @organisation, :clientId, :kind, $recipientEmail, 'pending', @sequence,
    @time, 0, :expiresAt, null);

-- It is sent again to where it went before, if no other address is named.

-- on: PortalInvitationResent.v1
update invitations
set state = 'pending', sent_at = @time, resent = :attempt, expires_at = :expiresAt,
    mail_failure = null, recipient = coalesce($recipientEmail, recipient)
where invitation_id = :invitationId;

-- on: InvitationEmailFailed.v1
update invitations set mail_failure = :reasonCode where invitation_id = :invitationId;

-- on: InvitationAccepted.v1
update invitations set state = 'accepted' where invitation_id = :invitationId;

-- on: InvitationRejected.v1
update invitations set state = 'rejected' where invitation_id = :invitationId;

-- on: InvitationRevoked.v1
update invitations set state = 'revoked' where invitation_id = :invitationId;

-- on: InvitationExpired.v1
update invitations set state = 'expired' where invitation_id = :invitationId;

-- on: PersonalDataKeyDestroyed.v1
update invitations set recipient = null
where client_id = :clientId and :scope = 'client/' || :clientId;

-- An invitation that was not used in time is shown as expired, also before the timer has noted it.

-- query: invitations (organisation, state, kind, now)
select
    invitation_id as "invitationId", client_id as "clientId", recipient, kind,
    iif(state = 'pending' and expires_at <= :now, 'expired', state) as state,
    sent_at as "sentAt", resent, expires_at as "expiresAt", mail_failure as "mailFailure"
from invitations
where organisation_id = :organisation
    and (:kind is null or kind = :kind)
    and (:state is null or iif(state = 'pending' and expires_at <= :now, 'expired', state) = :state)
order by first_sent_in;

-- What has become due; the scheduler asks, and the deciding rule checks again.

-- query: due-invitations (now)
select
    invitation_id as "invitationId", expires_at as "expiresAt",
    organisation_id as "organisationId"
from invitations
where state = 'pending' and expires_at <= :now
order by expires_at, invitation_id;
