-- projection: letters
-- The organisation's letter templates, and the access letters made from them, without their text.

-- small: letter_templates

create table letter_templates (
    template_id     text primary key,
    organisation_id text not null,
    created_in      integer not null,
    name            text not null,
    parts           text not null,
    is_visible      integer not null
) strict, without rowid;

create table letters (
    letter_id    text primary key,
    client_id    text not null,
    generated_in integer not null,
    template_id  text not null,
    parts        text not null,
    generated_at text not null,
    sent_at      text,
    channel      text
) strict, without rowid;

create index letters_by_client on letters (client_id, generated_in);

-- on: LetterTemplateCreated.v1
insert into letter_templates
values (:templateId, @organisation, @sequence, :name, :parts, :patientProfileIsVisible);

-- on: LetterTemplateChanged.v1
update letter_templates
set name = :name, parts = :parts, is_visible = :patientProfileIsVisible
where template_id = :templateId;

-- on: LetterTemplateMadeVisible.v1
update letter_templates set is_visible = 1 where template_id = :templateId;

-- on: LetterTemplateHidden.v1
update letter_templates set is_visible = 0 where template_id = :templateId;

-- on: PatientAccessLetterGenerated.v1
insert into letters
values (:letterId, :clientId, @sequence, :templateId, :parts, @time, null, null);

-- on: PatientAccessLetterSent.v1
update letters set sent_at = @time, channel = :channel where letter_id = :letterId;

-- query: letter-templates (organisation)
select
    template_id as "templateId", name, parts as "parts json", is_visible as "visible bool"
from letter_templates where organisation_id = :organisation order by created_in;

-- query: letters (client)
select
    letter_id as "letterId", template_id as "templateId", parts as "parts json",
    generated_at as "generatedAt", sent_at as "sentAt", channel
from letters where client_id = :client order by generated_in;

-- The letters that a patient sees: those by a template that is visible to patients.

-- query: patient-letters (client)
select
    letter_id as "letterId", template_id as "templateId", generated_at as "generatedAt",
    sent_at as "sentAt", channel, name, client_id as "clientId"
from letters join letter_templates using (template_id)
where client_id = :client and is_visible
order by generated_in;
