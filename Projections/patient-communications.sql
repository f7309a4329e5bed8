-- projection: patient-communications
-- How an organisation writes to its patients by itself (S2-11, S2-12), and who of its staff may
-- invite them to the portal (S2-13).

-- small: organisations, settings, staff

create table organisations (
    organisation_id   text primary key,
    is_auto_invite_on integer not null check (is_auto_invite_on in (0, 1))
) strict, without rowid;

create table settings (
    organisation_id text not null,
    setting         text not null,
    is_enabled      integer not null check (is_enabled in (0, 1)),
    primary key (organisation_id, setting)
) strict, without rowid;

-- `may_invite` is the check box of its own; null until an administrator sets it, and again once
-- the permission was withdrawn.
create table staff (
    staff_id        text primary key,
    organisation_id text not null,
    has_permission  integer not null check (has_permission in (0, 1)),
    may_invite      integer check (may_invite in (0, 1))
) strict, without rowid;

-- on: OrganisationRegistered.v1
insert into organisations values (:organisationId, 0);

-- on: AutoInviteEnabled.v1
update organisations set is_auto_invite_on = 1 where organisation_id = @organisation;

-- on: AutoInviteDisabled.v1
update organisations set is_auto_invite_on = 0 where organisation_id = @organisation;

-- on: PatientCommunicationSettingChanged.v1
insert into settings values (@organisation, :setting, :enabled)
on conflict (organisation_id, setting) do update set is_enabled = :enabled;

-- on: StaffMemberAdded.v1
insert into staff values (:staffId, @organisation, 0, null);

-- on: StaffMemberRemoved.v1
delete from staff where staff_id = :staffId;

-- on: StaffPermissionGranted.v1
update staff set has_permission = 1
where staff_id = :staffId and :permission = 'sendPortalInvitation';

-- on: StaffPermissionWithdrawn.v1
update staff set has_permission = 0, may_invite = null
where staff_id = :staffId and :permission = 'sendPortalInvitation';

-- on: StaffInvitationRightChanged.v1
update staff set may_invite = :mayInvite where staff_id = :staffId;

-- Automatic invitation stands first.

-- query: settings (organisation)
select setting, is_enabled as "enabled bool"
from (
    select 'autoInvite' as setting, is_auto_invite_on as is_enabled, 1 as place
    from organisations where organisation_id = :organisation
    union all
    select setting, is_enabled, 2 from settings where organisation_id = :organisation)
order by place, setting;

-- query: staff-invitation-rights (organisation)
select staff_id as "staffId", coalesce(may_invite, has_permission) as "mayInvite bool"
from staff where organisation_id = :organisation order by staff_id;
