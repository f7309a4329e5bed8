-- projection: invitation-statistics
-- How many people were invited, registered, let it expire, or were not invited for a reason.

create table happenings (
    sequence        integer not null,
    organisation_id text not null,
    time            text not null,
    -- By `or`, because SQLite makes a list of more than two anew for each row.
    what            text not null check (
        what = 'invited' or what = 'registered' or what = 'expired' or what = 'withheld'),
    client_id       text not null,
    reason          text not null,
    primary key (sequence, reason)
) strict, without rowid;

create index happenings_by_time on happenings (organisation_id, time);

-- on: ClientInvited.v1, ClientReInvited.v1, PortalInvitationSent.v1
insert into happenings values (@sequence, @organisation, @time, 'invited', :clientId, '');

-- on: InvitationAccepted.v1
insert into happenings values (@sequence, @organisation, @time, 'registered', :clientId, '');

-- on: InvitationExpired.v1
insert into happenings values (@sequence, @organisation, @time, 'expired', :clientId, '');

-- on: AutoInviteWithheld.v1
insert into happenings
select @sequence, @organisation, @time, 'withheld', :clientId, value from json_each(:reasons);

-- Invitations are counted one by one; of those withheld, the clients for each reason.

-- query: invitation-statistics (organisation, from, to)
select
    count(*) filter (where what = 'invited') as invited,
    count(*) filter (where what = 'registered') as registered,
    count(*) filter (where what = 'expired') as expired,
    (
        select json_group_object(reason, amount)
        from (
            select reason, count(distinct client_id) as amount from happenings
            where organisation_id = :organisation and what = 'withheld'
                and time >= coalesce(:from, '0') and time < coalesce(:to, '9999')
            group by reason)
    ) as "withheld json"
from happenings
where organisation_id = :organisation
    and time >= coalesce(:from, '0') and time < coalesce(:to, '9999');
