-- projection: intake-forms
-- The forms that patients were asked to fill in.
--
-- Neither questions nor answers are kept here. A row holds the sequences of the events with them,
-- from where they are opened for whoever may read them: they are gone with the client's key.

create table intake_forms (
    form_id      text primary key,
    client_id    text not null,
    sent_in      integer not null,
    sent_at      text not null,
    completed_in integer,
    completed_at text
) strict, without rowid;

create index intake_forms_by_client on intake_forms (client_id, sent_in);

-- on: IntakeFormSent.v1
insert into intake_forms values (:formId, :clientId, @sequence, @time, null, null);

-- on: IntakeFormCompleted.v1
update intake_forms set completed_in = @sequence, completed_at = @time where form_id = :formId;

-- query: intake-forms (client)
select
    form_id as "formId", sent_in as "form personal", sent_at as "sentAt",
    completed_at as "completedAt", completed_in as "answers personal"
from intake_forms where client_id = :client order by sent_in;
