-- What each event does to the tables of portal-access.sql.

-- The organisation and its staff

-- on: OrganisationRegistered.v1
insert into disabling_statuses
values (:organisationId, 'deceased'), (:organisationId, 'inactive'), (:organisationId, 'merged');

-- on: DisablingRecordStatusesChanged.v1
delete from disabling_statuses where organisation_id = @organisation;
insert into disabling_statuses select @organisation, value from json_each(:statuses);

-- on: LeapDayRuleChanged.v1
insert into leap_rules values (@organisation, :rule)
on conflict (organisation_id) do update set rule = excluded.rule;

-- on: ComingOfAgeChanged.v1
delete from ages_of_majority where organisation_id = @organisation;
insert into ages_of_majority select @organisation, :ageYears where :ageYears is not null;

-- on: PortalRoleDefined.v1
insert into portal_roles values (:roleId, @organisation, :name, :permissions, 0);

-- on: PortalRoleChanged.v1
update portal_roles set name = :name, permissions = :permissions where role_id = :roleId;

-- on: PortalRoleRetired.v1
update portal_roles set is_retired = 1 where role_id = :roleId;

-- on: StaffMemberAdded.v1
insert into staff values (:staffId, @organisation);

-- on: StaffMemberRemoved.v1
delete from staff_permissions where staff_id = :staffId;
delete from staff where staff_id = :staffId;

-- What the check box has taken away, a grant does not give back; taking the permission away does
-- away with the check mark too.

-- on: StaffPermissionGranted.v1
insert or ignore into staff_permissions values (:staffId, :permission, 1);

-- on: StaffPermissionWithdrawn.v1
delete from staff_permissions where staff_id = :staffId and permission = :permission;

-- on: StaffInvitationRightChanged.v1
insert or replace into staff_permissions values (:staffId, 'sendPortalInvitation', :mayInvite);

-- The client's card

-- on: ClientRegistered.v1
insert into clients (
    client_id, organisation_id, given_name, family_name, date_of_birth, email, record_status,
    client_status, is_end_date_applied, is_read_only, is_auto_send_on)
values (
    :clientId, @organisation, coalesce($givenName, ''), coalesce($familyName, ''), $dateOfBirth,
    $email, 'active', 'notInvited', 0, 0, 1);

-- on: ClientDemographicsChanged.v1
update clients
set given_name = coalesce($givenName, given_name), family_name = coalesce($familyName, family_name)
where client_id = :clientId;

-- on: ClientDateOfBirthCorrected.v1
update clients set date_of_birth = $new where client_id = :clientId;

-- on: ClientEmailChanged.v1
update clients set email = $new where client_id = :clientId;

-- on: ClientRecordStatusChanged.v1
update clients set record_status = :to where client_id = :clientId;

-- on: ClientRecordsMerged.v1
update clients set merged_into = :clientId where client_id = :merged;
update clients set merged_into = null, survivor_id = null where client_id = :clientId;
-- It stands for every record that was merged into it, or into one that was.
update clients set survivor_id = :clientId
where client_id in (
    with recursive merged (client_id) as (
        select client_id from clients where merged_into = :clientId
        union
        select c.client_id from merged m cross join clients c on c.merged_into = m.client_id)
    select client_id from merged);
-- The merged record's account, where it is kept, is the survivor's own from then on, with its
-- accesses; one that the survivor had is so no longer. How it was used is only said of one that
-- goes over.
update grants set person_id = :clientId
where client_id in (:clientId, :merged) and account_id = :keptAccountId
    and :hasSignedIn is not null;
update clients set account_id = iif(client_id = :clientId, :keptAccountId, null)
where client_id in (:clientId, :merged) and :hasSignedIn is not null;
insert or ignore into former_clients
select :keptAccountId, value from json_each(:formerClientIds) where :keptAccountId is not null;
update accounts
set is_closed = 1, is_own = is_own and client_id <> :clientId
where account_id = :closedAccountId;
update accounts
set client_id = :clientId, person_id = :clientId, has_enrolled = 1, credential_id = null,
    credential_state = null, credential_expiry = null
where account_id = :keptAccountId and client_id = :merged;

-- on: ClientEndDateSet.v1, ClientEndDateChanged.v1
update clients set end_date = :endDate where client_id = :clientId;

-- on: ClientEndDateRemoved.v1
update clients set end_date = null where client_id = :clientId;

-- on: ClientEndDateTookEffect.v1, ClientEndDateLifted.v1
update clients set is_end_date_applied = @type = 'ClientEndDateTookEffect.v1'
where client_id = :clientId;

-- on: MessageThreadsMadeReadOnly.v1, MessageThreadsReopened.v1
update clients set is_read_only = @type = 'MessageThreadsMadeReadOnly.v1'
where client_id = :clientId;

-- on: AutoSendInvitationTurnedOn.v1, AutoSendInvitationTurnedOff.v1
update clients set is_auto_send_on = @type = 'AutoSendInvitationTurnedOn.v1'
where client_id = :clientId;

-- on: AuthorisedRepresentativeRecorded.v1
insert into representatives values (:representativeId, :clientId, $email);

-- on: AuthorisedRepresentativeRemoved.v1
delete from representatives where representative_id = :representativeId;

-- on: ContactAdded.v1
insert into contacts values (:contactId, :clientId, :personId, $email, 1, @sequence);

-- on: ContactDetailsChanged.v1
update contacts set email = $email where contact_id = :contactId;

-- on: ContactEnabled.v1, ContactDisabled.v1
update contacts set is_enabled = @type = 'ContactEnabled.v1' where contact_id = :contactId;

-- What a destroyed key sealed is gone: the scope says whose it was.

-- on: PersonalDataKeyDestroyed.v1
update clients set given_name = '', family_name = '', date_of_birth = null, email = null
where client_id = substr(:scope, 8) and :scope like 'client/%';
update representatives set email = null
where client_id = substr(:scope, 8) and :scope like 'client/%';
update accounts set login_email = null
where client_id = substr(:scope, 8) and :scope like 'client/%';
update contacts set email = null
where contact_id = substr(:scope, 9) and :scope like 'contact/%';

-- Invitations. What is answered to one to own the profile is where the client stands; one that has
-- expired is not answered (A-26).

-- on: ClientInvited.v1, ClientReInvited.v1
insert into invitations
values (
    :invitationId, :clientId, 'ownership', 1, null, null, 'pending', @sequence, :expiresAt);
update clients set client_status = 'pendingAcceptance' where client_id = :clientId;

-- on: PortalInvitationSent.v1
insert into invitations
values (
    :invitationId, :clientId, :kind, :recipientKind = 'patient', :accountId, :grantId, 'pending',
    @sequence, :expiresAt);

-- on: PortalInvitationResent.v1
update invitations set state = 'pending', expires_at = :expiresAt
where invitation_id = :invitationId;

-- on: InvitationExpired.v1
update invitations set state = 'expired' where invitation_id = :invitationId;

-- An access is in use once the invitation to it was accepted.

-- on: InvitationAccepted.v1
update invitations set state = 'accepted' where invitation_id = :invitationId;
update clients set client_status = 'accepted'
where client_id = :clientId
    and (select kind from invitations where invitation_id = :invitationId) = 'ownership';
update grants set is_waiting = 0
where grant_id = (select grant_id from invitations where invitation_id = :invitationId)
    and not by_reject and not by_date;

-- on: InvitationRejected.v1
update invitations set state = 'rejected' where invitation_id = :invitationId;
update clients set client_status = 'rejected'
where client_id = :clientId
    and (select kind from invitations where invitation_id = :invitationId) = 'ownership';

-- on: InvitationRevoked.v1
update invitations set state = 'revoked' where invitation_id = :invitationId;
-- A password that was mailed is no way in to what was taken back.
update accounts set mailed_password_until = min(mailed_password_until, @time)
where account_id = (select account_id from invitations where invitation_id = :invitationId)
    and mailed_password_with = :invitationId;
update clients set client_status = 'notInvited'
where client_id = :clientId
    and (select kind from invitations where invitation_id = :invitationId) = 'ownership';

-- The profile and who owns it

-- on: MedicalProfileCreated.v1
update clients
set profile_id = :profileId, control = :control, owner_account_id = null,
    ownership = iif(:origin = 'beforeAcceptance', 'provisional', 'none'),
    unowned = iif(:origin = 'beforeAcceptance', 'provisional', 'none')
where client_id = :clientId;

-- on: MedicalProfileDeleted.v1
update clients
set profile_id = null, control = null, ownership = null, unowned = null, owner_account_id = null
where client_id = :clientId and profile_id = :profileId;
update grants set is_removed = 1 where client_id = :clientId and profile_id = :profileId;

-- on: ProfileOwnershipAssumed.v1
update clients set control = 'owner', ownership = 'owned', owner_account_id = :accountId
where client_id = :clientId and profile_id = :profileId;

-- Who owned it for a minor who has come of age owns it no longer, and the client can be asked now.

-- on: ProfileOwnershipEnded.v1
update clients
set control = 'organisation', ownership = 'none', unowned = 'none', owner_account_id = null,
    client_status = iif(client_status = 'accepted', 'notInvited', client_status)
where client_id = :clientId and profile_id = :profileId;

-- A rejected invitation suspends every access; a new one gives back what it took.

-- on: ProfileAccessRemoved.v1
update clients set ownership = 'rejected' where client_id = :clientId and profile_id = :profileId;
update grants set by_reject = 1 where grant_id in (select value from json_each(:grantIds));

-- on: ProfileAccessRestored.v1
update clients set ownership = unowned where client_id = :clientId and profile_id = :profileId;
update grants set by_reject = 0 where grant_id in (select value from json_each(:grantIds));

-- Access to it

-- on: ProfessionalAccessGranted.v1
insert into grants (
    grant_id, client_id, profile_id, organisation_id, staff_id, is_waiting, given_in)
values (:grantId, :clientId, :profileId, :toOrganisationId, :staffId, 0, @sequence);

-- on: CollaboratorAccessGranted.v1
insert into grants (
    grant_id, client_id, profile_id, person_id, role_id, is_waiting, given_in)
values (:grantId, :clientId, :profileId, :personId, :roleId, 0, @sequence);

-- on: FamilyPortalAccessAdded.v1
insert into grants (
    grant_id, client_id, profile_id, person_id, account_id, role_id, is_waiting, given_in)
values (
    :grantId, :clientId, :profileId, :personId, :accountId, :roleId, :awaitsSignIn, @sequence);

-- The client's own access becomes usable, given now or before.

-- on: PatientAccessGranted.v1
insert into grants (
    grant_id, client_id, profile_id, person_id, account_id, role_id, is_waiting, given_in)
select
    :grantId, :clientId, :profileId, iif(c.account_id = :accountId, c.client_id, null), :accountId,
    :roleId, 0, @sequence
from clients c where c.client_id = :clientId
on conflict (grant_id) do update set is_waiting = 0, by_reject = 0, by_date = 0;
update accounts set has_enrolled = 1 where account_id = :accountId and client_id = :clientId;

-- on: AccessRoleChanged.v1
update grants set role_id = :to where grant_id = :grantId;

-- on: PortalAccessSuspended.v1
update grants
set by_reject = by_reject or :reason = 'rejection', by_date = by_date or :reason = 'endDate'
where grant_id = :grantId;

-- on: PortalAccessReinstated.v1
update grants
set by_reject = by_reject and :reason <> 'rejection', by_date = by_date and :reason <> 'endDate'
where grant_id = :grantId;

-- on: FamilyPortalAccessRemoved.v1
update grants set is_removed = 1 where grant_id = :grantId;

-- The sign-in account

-- on: PatientAccountOnboarded.v1
insert into accounts (account_id, organisation_id, client_id, person_id, is_own, opened_in)
values (:accountId, @organisation, :clientId, :clientId, 1, @sequence);
update clients set account_id = coalesce(account_id, :accountId) where client_id = :clientId;

-- on: ContactAccountOnboarded.v1
insert into accounts (account_id, organisation_id, client_id, person_id, is_own, opened_in)
values (:accountId, @organisation, :clientId, :personId, 0, @sequence);

-- on: LoginEmailClaimed.v1
update accounts set login_email = $email where account_id = :accountId;

-- on: LoginEmailReleased.v1
update accounts set login_email = null where account_id = :accountId;

-- on: LoginEmailChanged.v1
update accounts set login_email = $new where account_id = :accountId;

-- New credentials begin the registration anew.

-- on: PatientCredentialsCreated.v1
update accounts
set credential_id = :credentialId, credential_state = 'created', credential_expiry = :expiryDate,
    is_registered = 0, is_email_confirmed = 0, mailed_password_until = null
where account_id = :accountId;

-- on: PatientCredentialsDistributed.v1
update accounts set credential_state = 'distributed'
where account_id = :accountId and credential_id = :credentialId;

-- on: PatientCredentialsActivated.v1
update accounts set credential_state = 'activated'
where account_id = :accountId and credential_id = :credentialId;

-- on: PatientCredentialsExpired.v1
update accounts set credential_state = 'expired'
where account_id = :accountId and credential_id = :credentialId;

-- on: PatientCredentialsSuperseded.v1
update accounts set credential_state = 'superseded'
where account_id = :accountId and credential_id = :credentialId;

-- on: PatientCredentialsVoided.v1
update accounts set credential_state = 'voided'
where account_id = :accountId and credential_id = :credentialId;

-- Whoever registers by a link has shown that the address is theirs, and so has whoever gets in
-- with a password that was mailed. A letter is always about one's own record.

-- on: PatientUserSuccessfullyRegistered.v1
update accounts
set is_registered = 1, is_email_confirmed = :route <> 'credentials',
    has_enrolled = has_enrolled or :route = 'credentials'
where account_id = :accountId;

-- on: PatientEmailConfirmed.v1
update accounts set is_email_confirmed = 1 where account_id = :accountId;

-- on: TemporaryPasswordIssued.v1
update accounts
set mailed_password_until = :expiresAt, mailed_password_with = :invitationId
where account_id = :accountId;

-- on: PasswordSet.v1
update accounts set is_in_use = 1, mailed_password_until = null where account_id = :accountId;

-- on: SignedIn.v1
update accounts
set is_in_use = 1, is_registered = 1, is_email_confirmed = 1, last_sign_in = @time
where account_id = :accountId;
-- Nearly everybody has signed in before, and then nothing waits and no list is read.
update grants set is_waiting = 0
where client_id = :clientId and account_id = :accountId and is_waiting
    and not by_reject and not by_date
    and profile_id in (select value from json_each(:profileIds));

-- on: PatientAccountLocked.v1, PatientAccountUnlocked.v1
update accounts set is_locked = @type = 'PatientAccountLocked.v1' where account_id = :accountId;

-- on: PatientAccountDisabled.v1
update accounts set is_disabled_by_staff = 1 where account_id = :accountId;

-- An end date is no cause that stays: the date itself decides (A-18).

-- on: PatientAccountDisabledAutomatically.v1
update accounts set is_disabled_by_status = 1
where account_id = :accountId and :cause = 'recordStatus';

-- on: PatientAccountEnabled.v1
update accounts set is_disabled_by_staff = 0, is_disabled_by_status = 0
where account_id = :accountId;
