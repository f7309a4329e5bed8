-- projection: sign-ins-by-day
-- How many people signed in on each day (UTC), and how many tries were refused, by the reason. An
-- example of a projection of your own: give its folder with --projections.

-- A row for each day, and for each reason on it: a query may read them all.
-- small: sign_ins, refusals

create table sign_ins (
    organisation_id text not null,
    day             text not null,
    succeeded       integer not null,
    first_time      integer not null,
    refused         integer not null,
    primary key (organisation_id, day)
) strict, without rowid;

create table refusals (
    organisation_id text not null,
    day             text not null,
    reason          text not null,
    count           integer not null,
    primary key (organisation_id, day, reason)
) strict, without rowid;

-- The time of an event is text such as 2026-03-02T15:00:00.000000Z: its first ten letters are the
-- day.

-- on: SignedIn.v1
insert into sign_ins values (@organisation, substr(@time, 1, 10), 1, :first, 0)
on conflict do update set succeeded = succeeded + 1, first_time = first_time + :first;

-- on: SignInRefused.v1
insert into sign_ins values (@organisation, substr(@time, 1, 10), 0, 0, 1)
on conflict do update set refused = refused + 1;

insert into refusals values (@organisation, substr(@time, 1, 10), :reason, 1)
on conflict do update set count = count + 1;

-- query: by-day (from, to)
select day, sum(succeeded) as succeeded, sum(first_time) as "firstTime", sum(refused) as refused
from sign_ins
where (:from is null or day >= :from) and (:to is null or day <= :to)
group by day
order by day;

-- query: reasons (day)
select reason, sum(count) as count
from refusals
where :day is null or day = :day
group by reason
order by count desc, reason;
