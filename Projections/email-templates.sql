-- projection: email-templates
-- What an organisation's mails say, and which text it uses unless another is chosen.

-- small: email_templates, default_templates

create table email_templates (
    template_id         text primary key,
    organisation_id     text not null,
    first_saved_in      integer not null,
    purpose             text not null,
    name                text not null,
    subject             text not null,
    body                text not null,
    has_invitation_link integer not null check (has_invitation_link in (0, 1))
) strict, without rowid;

create table default_templates (
    organisation_id text not null,
    purpose         text not null,
    template_id     text not null,
    primary key (organisation_id, purpose)
) strict, without rowid;

-- on: EmailTemplateSaved.v1
insert into email_templates
values (
    :templateId, @organisation, @sequence, :purpose, :name, :subject, :body, :hasInvitationLink)
on conflict (template_id) do update
set purpose = :purpose, name = :name, subject = :subject, body = :body,
    has_invitation_link = :hasInvitationLink;

-- on: DefaultEmailTemplateChosen.v1
insert into default_templates values (@organisation, :purpose, :templateId)
on conflict (organisation_id, purpose) do update set template_id = :templateId;

-- The default for a purpose is the template that was chosen for it, or else the first that was
-- saved.

-- query: email-templates (organisation, purpose)
select
    template_id as "templateId", purpose, name, subject, body,
    has_invitation_link as "hasInvitationLink bool",
    template_id = coalesce(
        (
            select chosen.template_id
            from default_templates d join email_templates chosen using (template_id)
            where d.organisation_id = t.organisation_id and d.purpose = t.purpose),
        (
            select earlier.template_id from email_templates earlier
            where earlier.organisation_id = t.organisation_id and earlier.purpose = t.purpose
            order by earlier.first_saved_in limit 1)) as "isDefault bool"
from email_templates t
where organisation_id = :organisation and purpose = coalesce(:purpose, purpose)
order by first_saved_in;
